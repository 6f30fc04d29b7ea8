import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (entry: string) => fileURLToPath(new URL(entry, import.meta.url))

/** Tests run against the sources; only the command's own tests (e2e) run what was built. */
const alias = {
  '@pgark/core': source('packages/core/src/index.ts'),
  '@pgark/pg-sql': source('packages/pg-sql/src/index.ts'),
  '@pgark/pg-archive': source('packages/pg-archive/src/index.ts'),
  '@pgark/engine-postgres': source('packages/engine-postgres/src/index.ts'),
  '@pgark/test-servers': source('tooling/test-servers/src/index.ts'),
}
const project = (name: string, include: string[], exclude: string[] = []) => ({
  resolve: { alias },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project(
        'unit',
        ['{packages,tooling}/*/{src,test}/**/*.test.ts'],
        ['**/*.integration.test.ts', '**/e2e/**', '**/oracle/**'],
      ),
      project('integration', ['{packages,tooling}/*/test/**/*.integration.test.ts'], ['**/oracle/**']),
      project('e2e', ['packages/cli/test/e2e/**/*.test.ts']),
      project('oracle', ['{packages,tooling}/*/test/oracle/**/*.test.ts']),
    ],
  },
})
