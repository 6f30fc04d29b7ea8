import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '../test-servers/src/index.ts'
import { command } from './consumer.ts'
import { attempt, run } from './run.ts'

const name = 'pgark-exporter-sqlite'

const shop = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 20000) i`

/**
 * A package that is not ours keeps backups: by its scheme where it is installed beside the command, by --plugin where it is not. The latter
 * also loads a second @pgark/core, that of the package.
 */
export async function checkThirdParty(nodes: readonly string[], beside: string, without: string, folder: string) {
  const server = await startServer(17, { settings: { autovacuum: 'off' } })
  try {
    await server.createDatabase('shop')
    await server.query(shop, 'shop')
    const plugin = ['--plugin', path.join(beside, 'node_modules', name, 'dist/index.js')]
    for (const [at, node] of nodes.entries()) {
      checkMissing(node, without)
      const place = (file: string) => `sqlite://${path.join(folder, `${at}-${file}.db`)}`
      await checkUse({ node, cwd: beside, flags: [], place: place('scheme') }, server, `scheme_${at}`)
      await checkUse({ node, cwd: without, flags: plugin, place: place('plugin') }, server, `plugin_${at}`)
    }
  } finally {
    await server.stop()
  }
}

interface Use {
  readonly node: string
  readonly cwd: string
  readonly flags: readonly string[]
  readonly place: string
}

async function checkUse({ node, cwd, flags, place }: Use, server: TestServer, copy: string): Promise<void> {
  const pgark = (...args: string[]) => run(node, [command, ...args, ...flags], { cwd })
  pgark('backup', server.url('shop'), '--to', place)
  const backups: { key: string }[] = JSON.parse(pgark('list', place, '--json'))
  const [backup] = backups
  if (!backup || backups.length > 1) throw new Error(`Expected one backup in ${place}, got ${backups.length}`)
  pgark('verify', `${place}/${backup.key}`)
  pgark('restore', `${place}/latest`, '--to', server.url(copy), '--create-database')
  const { differences } = await compareDatabases(server, 'shop', copy)
  if (differences.length > 0) throw new Error(`Expected ${place} to restore whole:\n${differences.join('\n')}`)
}

function checkMissing(node: string, cwd: string): void {
  const { status, stderr } = attempt(node, [command, 'list', 'sqlite:///missing.db'], { cwd })
  if (status === 2 && stderr.includes('USAGE.PLUGIN') && stderr.includes(`npm install ${name}\n`)) return
  throw new Error(`Expected exit code 2 and what installs ${name}, got ${status}:\n${stderr}`)
}
