import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { coverageTable } from './table.ts'

// `pnpm coverage` and the tests of CI: runs the projects that are named with coverage, then tells it by package.

const root = fileURLToPath(new URL('../..', import.meta.url))
const summary = fileURLToPath(new URL('../../coverage/coverage-summary.json', import.meta.url))

rmSync(summary, { force: true })
const projects = process.argv.slice(2).flatMap((name) => ['--project', name])
const { status } = spawnSync('vitest', ['run', ...projects, '--coverage'], { cwd: root, stdio: 'inherit' })
// Tests that fail leave no figures; what failed stands above.
if (existsSync(summary)) console.log(coverageTable(JSON.parse(readFileSync(summary, 'utf8')), root))
process.exitCode = status ?? 1
