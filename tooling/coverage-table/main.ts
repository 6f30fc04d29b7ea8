import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { coverageTable } from './table.ts'

// `pnpm coverage`: runs the tests of the packages that are named, and tells what these cover of them.

const root = fileURLToPath(new URL('../..', import.meta.url))
const summary = fileURLToPath(new URL('../../coverage/coverage-summary.json', import.meta.url))

rmSync(summary, { force: true })
const packages = process.argv.slice(2).map((name) => `packages/${name}/`)
const sources = packages.map((folder) => `--coverage.include=${folder}src/**/*.ts`)
const tests = ['run', '--project', 'unit', '--project', 'integration', '--project', 'matrix', ...packages]
const { status } = spawnSync('vitest', [...tests, '--coverage', ...sources], { cwd: root, stdio: 'inherit' })
// Tests that fail leave no figures; what failed stands above.
if (existsSync(summary)) console.log(coverageTable(JSON.parse(readFileSync(summary, 'utf8')), root))
process.exitCode = status ?? 1
