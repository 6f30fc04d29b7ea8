import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { stockClients, type TestServer, testData } from '@pgark/test-servers'
import { readScript } from '../../src/index.ts'

export type OracleMajor = Parameters<typeof stockClients>[0]

export interface DumpedSchemas {
  readonly name: string
  readonly scripts: readonly string[]
  /** What stock pg_dump cannot restore of it either. */
  readonly without?: string
  readonly since?: OracleMajor
}

export const dumpedSchemas: readonly DumpedSchemas[] = [
  { name: 'northwind', scripts: ['northwind/northwind.sql'] },
  { name: 'pagila', scripts: ['pagila/pagila-schema.sql'], since: 17 },
  { name: 'archives', scripts: ['traps/archives.sql'] },
  { name: 'inheritance', scripts: ['traps/inheritance.sql'] },
  { name: 'objects', scripts: ['traps/objects.sql'] },
  { name: 'renaming', scripts: ['traps/renaming.sql'], without: 'DROP VIEW IF EXISTS app.v4' },
]

const run = promisify(execFile)
const maxBuffer = 1024 ** 3

/** Runs a script with psql; the scripts of the data sets go on after errors, where a server does not know all of them. */
export async function load(server: TestServer, database: string, file: string, ...args: string[]): Promise<void> {
  const { psql } = stockClients(server.major as OracleMajor)
  await run(psql, ['-Xq', '-d', server.url(database), ...args, '-f', file], { maxBuffer })
}

export async function loadDataSet(server: TestServer, { name, scripts, without }: DumpedSchemas): Promise<void> {
  await server.createDatabase(name)
  for (const script of scripts) await load(server, name, path.join(testData(), script))
  if (without !== undefined) await server.query(without, name)
}

/** Definitions, as stock pg_dump of the server's major writes them. */
export async function definitions(server: TestServer, database: string): Promise<string> {
  const { pgDump } = stockClients(server.major as OracleMajor)
  const { stdout } = await run(pgDump, ['--schema-only', '-d', server.url(database)], { maxBuffer })
  return stdout
}

export async function statementsOf(script: string): Promise<string[]> {
  const found: string[] = []
  const source = (async function* () {
    yield Buffer.from(script)
  })()
  for await (const item of readScript(source))
    if (item.type === 'statement') found.push(Buffer.from(item.sql).toString())
  return found
}
