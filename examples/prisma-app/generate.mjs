// The client of Prisma is generated, not kept: `pnpm install` runs this, and so do the tests.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const { status, stderr } = spawnSync(
  process.execPath,
  [createRequire(import.meta.url).resolve('prisma/build/index.js'), 'generate'],
  {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: {
      ...process.env,
      // The config file asks for it, and nothing connects.
      DATABASE_URL: 'postgresql://localhost/unused',
      // Generating needs no engine: none is downloaded, and no version asked for.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
    },
  },
)
if (status !== 0) throw new Error(`prisma generate failed:\n${stderr}`)
