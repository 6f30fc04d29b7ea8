import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { attempt, run } from './run.ts'
import type { Tarball } from './tarballs.ts'

/** The lowest version that package.json's `engines` admits, one between that and ours, and one below it. */
const runtimes = { oldest: 'npm:node@22.15.0', between: 'npm:node@24', unsupported: 'npm:node@20' }

/** A folder where npm, not pnpm, installed these packages, as an application would have them. */
function install(folder: string, dependencies: Record<string, string>): void {
  mkdirSync(folder)
  // An override for each: no dependency between the packages may reach the registry instead of the tarball.
  const overrides = Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]))
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }))
  run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
}

export function installConsumer(folder: string, tarballs: readonly Tarball[]): void {
  install(folder, Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])))
}

/** Node as npm packages: the one this check runs on may be anything newer. */
export function installRuntimes(folder: string): Record<keyof typeof runtimes, string> {
  install(folder, runtimes)
  const node = (name: string) => path.join(folder, 'node_modules', name, 'bin/node')
  return { oldest: node('oldest'), between: node('between'), unsupported: node('unsupported') }
}

/** Every package loads by `import` and by `require`, and has something to offer. */
export function checkLoads(node: string, consumer: string, { name }: Tarball): void {
  const offers = `if (Object.keys(loaded).length === 0) throw new Error('${name} exports nothing')`
  run(node, ['--input-type=module', '--eval', `const loaded = await import('${name}'); ${offers}`], { cwd: consumer })
  run(node, ['--input-type=commonjs', '--eval', `const loaded = require('${name}'); ${offers}`], { cwd: consumer })
}

/** Runs in the folder of the consumer. */
export const command = 'node_modules/.bin/pgark'

export function checkVersion(node: string, consumer: string, version: string): void {
  const answer = run(node, [command, '--version'], { cwd: consumer })
  if (answer !== `${version}\n`) throw new Error(`Expected \`pgark --version\` to answer ${version}, got ${answer}`)
}

/** The parser's WASM is found in what was installed, and works. */
export function checkRenaming(node: string, consumer: string): void {
  const script = `
    const { openRenamer } = await import('@pgark/pg-sql/rename')
    const to = (schema) => (schema === 'old' ? 'new' : undefined)
    const object = (kind, schema, name) => to(schema) && { schema: to(schema), name }
    const plan = { words: new Set(['old']), schema: to, object, isIndexConstraint: () => false }
    const { sql } = (await openRenamer(plan)).rename('TABLE old.t')
    if (sql !== 'TABLE new.t') throw new Error(sql)`
  run(node, ['--input-type=module', '--eval', script], { cwd: consumer })
}

/** The command finds our own exporters by the names that they are published under: it is they that refuse the URL. */
export function checkSchemes(node: string, consumer: string): void {
  for (const scheme of ['s3', 'gs']) {
    const { status, stderr } = attempt(node, [command, 'list', `${scheme}://bucket/?nonsense=1`], { cwd: consumer })
    if (status === 2 && stderr.includes('USAGE.OPTIONS') && stderr.includes('nonsense')) continue
    throw new Error(`Expected the package for ${scheme}:// to refuse an unknown parameter, got ${status}:\n${stderr}`)
  }
}

/** Too old a Node is told so in one line, not by a stack trace from somewhere inside. */
export function checkRefusal(node: string, consumer: string): void {
  const { status, stdout, stderr } = attempt(node, [command, '--version'], { cwd: consumer })
  if (status === 2 && stdout === '' && /^[^\n]+\n$/.test(stderr)) return
  throw new Error(`Expected exit code 2 and one line on stderr of an old Node, got ${status}:\n${stdout}${stderr}`)
}
