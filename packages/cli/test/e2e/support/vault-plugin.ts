import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('../../../../core/dist/index.js', import.meta.url))

/** Installs a package that exports `code`, in the way npm would. */
export async function installPackage(folder: string, name: string, code: string, version = '1.2.3'): Promise<void> {
  const target = path.join(folder, 'node_modules', name)
  await mkdir(target, { recursive: true })
  const manifest = { name, version, type: 'module', exports: { '.': { default: './index.js' } } }
  await writeFile(path.join(target, 'package.json'), JSON.stringify(manifest))
  await writeFile(path.join(target, 'index.js'), code)
}

const cli = fileURLToPath(new URL('../../../', import.meta.url))

/** Installs a copy of the command that was built, with what it needs, and answers where it is. */
export async function installCommand(folder: string): Promise<string> {
  const target = path.join(folder, 'node_modules/pgark')
  await mkdir(path.join(folder, 'node_modules/@pgark'), { recursive: true })
  for (const part of ['dist', 'package.json'])
    await cp(path.join(cli, part), path.join(target, part), { recursive: true })
  const { dependencies } = JSON.parse(await readFile(path.join(cli, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    await symlink(path.join(cli, 'node_modules', name), path.join(folder, 'node_modules', name))
  }
  return path.join(target, 'dist/pgark.js')
}

/**
 * An exporter for `vault://<bucket>/<prefix>?region=…`: buckets are folders in `vault`, and nothing says that they are near. It refuses
 * URLs without a region, and keeps a log of what was opened and closed.
 */
export const vaultPlugin = (folder: string): string => `
  import { appendFileSync, mkdirSync } from 'node:fs'
  import { file, refuseProblems } from ${JSON.stringify(core)}
  const log = (line) => appendFileSync(${JSON.stringify(path.join(folder, 'vault.log'))}, line + '\\n')
  function open(url) {
    const { host, pathname, searchParams } = new URL(url)
    refuseProblems([
      ...(searchParams.get('region') === 'x' ? [] : [{ message: 'The vault has no such region.', hint: 'write ?region=x' }]),
      ...[...searchParams.keys()].filter((key) => key !== 'region').map((key) => ({ message: 'Unknown parameter ' + key + '.' })),
    ])
    const place = ${JSON.stringify(path.join(folder, 'vault'))} + '/' + host + pathname
    mkdirSync(place, { recursive: true })
    log('opened')
    let isOpen = true
    const close = async () => {
      if (isOpen) log('closed')
      isOpen = false
    }
    const { probe, ...objects } = file(place)
    const location = 'vault://' + host + pathname.replace(/\\/$/, '')
    return { ...objects, name: 'vault', location, capabilities: { ...objects.capabilities, local: false }, close }
  }
  export const exporter = { specVersion: 1, scheme: 'vault', open }`

/** How often exporters of the plugin were opened and closed. */
export async function openedAndClosed(folder: string): Promise<{ opened: number; closed: number }> {
  const lines = (await readFile(path.join(folder, 'vault.log'), 'utf8')).split('\n')
  const count = (what: string) => lines.filter((line) => line === what).length
  return { opened: count('opened'), closed: count('closed') }
}
