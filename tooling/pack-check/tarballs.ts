import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './run.ts'

export interface Tarball {
  readonly name: string
  readonly version: string
  readonly file: string
}

const root = path.join(import.meta.dirname, '../..')

/** Packs every package that will be published, exactly as publishing would. */
export function packAll(folder: string): Tarball[] {
  return readdirSync(path.join(root, 'packages'))
    .map((entry) => path.join(root, 'packages', entry))
    .filter((home) => !manifest(home).private)
    .map((home) => pack(home, folder))
}

/** Packs what somebody else would publish: the example of a package that is not ours. */
export function packExample(folder: string): Tarball {
  return pack(path.join(root, 'examples/exporter-sqlite'), folder)
}

function pack(home: string, folder: string): Tarball {
  const { packageManager } = manifest(root)
  const { name, version } = manifest(home)
  const file = path.join(folder, `${path.basename(home)}.tgz`)
  run('npx', ['-y', packageManager, 'pack', '--out', file], { cwd: home })
  return { name, version, file }
}

/** What a consumer's bundler, runtime and TypeScript will make of the package. */
export function lintTarball({ file }: Tarball): void {
  const tool = (name: string) => path.join(root, 'node_modules/.bin', name)
  run(tool('publint'), ['run', file, '--strict'])
  run(tool('attw'), [file, '--profile', 'esm-only', '--no-emoji'])
}

interface Manifest {
  name: string
  version: string
  private?: boolean
  packageManager: string
}

function manifest(home: string): Manifest {
  return JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'))
}
