import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '../test-servers/src/index.ts'
import { command } from './consumer.ts'
import { run } from './run.ts'

/** A table of several chunks, each a compressed member or more of its own in the one file that they are joined to. */
const shop = `
  CREATE TABLE large AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 200000) i;
  CREATE TABLE small AS SELECT i AS id FROM generate_series(1, 10) i;
  SELECT lo_from_bytea(4711, decode((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200000) i), 'hex'))`

/**
 * What one Node has joined every other reads to its end: some versions decode only the first of several zstd frames and say
 * nothing. Each verifies the rows by their digests and restores them.
 */
export async function checkJoinedFiles(nodes: readonly string[], consumer: string, folder: string): Promise<void> {
  const server = await startServer(17, { settings: { autovacuum: 'off' } })
  try {
    await server.createDatabase('shop')
    await server.query(shop, 'shop')
    for (const codec of ['zstd', 'gzip']) {
      const backup = backUp(server, consumer, path.join(folder, codec), codec)
      for (const [at, node] of nodes.entries()) await checkOn(node, consumer, backup, server, `${codec}_${at}`)
    }
  } finally {
    await server.stop()
  }
}

function backUp(server: TestServer, consumer: string, to: string, codec: string): string {
  mkdirSync(to)
  const flags = ['--compress', codec, '--chunk-size', '4MB', '--jobs', '2']
  run(process.execPath, [command, 'backup', server.url('shop'), '--to', to, ...flags], { cwd: consumer })
  const [id = ''] = readdirSync(to).filter((name) => !name.endsWith('.json'))
  const { tables } = JSON.parse(readFileSync(path.join(to, id, 'contents.json'), 'utf8'))
  const [large] = tables.filter((table: { name: string }) => table.name === 'large')
  if (!(large?.chunks?.length > 1)) throw new Error('Expected the rows of a large table to be several chunks')
  return path.join(to, id)
}

async function checkOn(node: string, consumer: string, backup: string, server: TestServer, database: string) {
  run(node, [command, 'verify', backup], { cwd: consumer })
  run(node, [command, 'restore', backup, '--to', server.url(database), '--create-database'], { cwd: consumer })
  const { differences } = await compareDatabases(server, 'shop', database)
  if (differences.length > 0) throw new Error(`Expected ${node} to restore ${backup} whole:\n${differences.join('\n')}`)
}
