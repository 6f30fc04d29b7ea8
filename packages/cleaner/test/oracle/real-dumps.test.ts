import { execFile, spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { readScript } from '@pgark/pg-sql'
import { compareDatabases, startServer, stockClients, type TestServer, testData } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CleanOptions, cleanScript } from '../../src/index.ts'

const { pgDump, psql } = stockClients(17)
const run = promisify(execFile)
const data = (...names: string[]) => names.map((name) => path.join(testData(), name))
const sets: Record<string, string[]> = {
  northwind: data('northwind/northwind.sql'),
  pagila: data('pagila/pagila-schema.sql', 'pagila/pagila-data.sql'),
  archives: data('traps/archives.sql'),
  inheritance: data('traps/inheritance.sql'),
  objects: data('traps/objects.sql'),
  renaming: data('traps/renaming.sql'),
}

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-clean-'))
  server = await startServer(17)
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const connection = () => ['--host=127.0.0.1', `--port=${server.port}`, '--username=postgres']
const definitions = async (database: string) =>
  (await run(pgDump, [...connection(), '--schema-only', database], { maxBuffer: 1e9 })).stdout.replace(
    /^(\\(?:un)?restrict) \w+$/gm,
    '$1',
  )

/** The same without what is said of the schema itself: a stripped script says nothing of it. */
const inSchema = async (database: string) =>
  (await definitions(database))
    .split(/^--\n-- (?=Name: |PostgreSQL database dump complete)/m)
    .filter((entry) => !/^Name: (SCHEMA .*;|.*; Type: (SCHEMA|DEFAULT ACL);)/.test(entry))

/** Statements and rows of a script, without their comments and the settings that may go. */
async function itemsOf(file: string): Promise<string[]> {
  const items: string[] = []
  for await (const item of readScript(createReadStream(file))) {
    if (item.type === 'comment' || item.type === 'meta') continue
    const parts: Uint8Array[] = []
    if (item.type === 'copy') for await (const part of item.data) parts.push(part)
    items.push(`${Buffer.from(item.sql).toString('latin1')}\n${Buffer.concat(parts).toString('latin1')}`)
  }
  return items.filter(
    (sql) => !/^SET (transaction_timeout = 0|client_min_messages = warning|default_with_oids = false);/.test(sql),
  )
}

/** Goes on after errors, as the dumps of the traps have some of their own; answers their messages. */
async function restore(file: string, database: string): Promise<string[]> {
  await server.createDatabase(database)
  return await script(file, database)
}

async function script(file: string, database: string, options = ''): Promise<string[]> {
  const child = spawn(psql, [...connection(), '-X', '-q', '-f', file, database], {
    env: { ...process.env, PGOPTIONS: options },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  for await (const text of child.stderr.setEncoding('utf8')) told += text
  return [...told.matchAll(/ERROR: +(.*)$/gm)].map(([, message = '']) => message)
}

const loaded = new Set<string>()
async function source(name: string): Promise<string> {
  if (loaded.has(name)) return name
  loaded.add(name)
  await server.createDatabase(name)
  for (const script of sets[name] ?? []) {
    await run(psql, [...connection(), '-X', '-q', '-f', script, name], { maxBuffer: 1e9 })
  }
  return name
}

const byInsert = (name: string): [string, string, string[], CleanOptions] => [name, 'INSERT', ['--inserts'], {}]
test.each<[string, string, string[], CleanOptions]>([
  ...Object.keys(sets).map((name): [string, string, string[], CleanOptions] => [
    name,
    'COPY',
    [],
    { comments: 'strip' },
  ]),
  ...['northwind', 'inheritance', 'objects'].map(byInsert),
])('%s with rows by %s', async (name, how, flags, options) => {
  const database = await source(name)
  const dump = path.join(folder, `${name} ${how}.sql`)
  const cleaned = path.join(folder, `${name} ${how}.clean.sql`)
  await run(pgDump, [...connection(), `--file=${dump}`, ...flags, database])
  await writeFile(cleaned, cleanScript(createReadStream(dump), options))

  // No statement has comments of its own here but for those in bodies and literals.
  expect(await itemsOf(cleaned)).toEqual(await itemsOf(dump))
  for await (const item of readScript(createReadStream(cleaned))) expect(item.type).not.toBe('meta')
  const [before, after] = [`${name} ${how}`, `${name} ${how} cleaned`]
  const errors = await restore(dump, before)
  expect(await restore(cleaned, after)).toEqual(errors)
  expect(await definitions(after)).toBe(await definitions(before))
  expect((await compareDatabases(server, before, after)).differences).toEqual([])
})

test.each([
  ['northwind', 'public'],
  ['pagila', 'public'],
  ['inheritance', 'inh'],
  ['objects', 'a'],
])('%s without the qualifiers of %s is what ALTER SCHEMA RENAME makes of it', async (name, schema) => {
  const database = await source(name)
  const dump = path.join(folder, `${name} qualified.sql`)
  const stripped = path.join(folder, `${name} stripped.sql`)
  await run(pgDump, [...connection(), `--schema=${schema}`, `--file=${dump}`, database])
  await writeFile(stripped, cleanScript(createReadStream(dump), { qualifiers: 'strip' }))

  const [renamed, elsewhere] = [`${name} renamed`, `${name} elsewhere`]
  for (const each of [renamed, elsewhere]) {
    await server.createDatabase(each)
    // pg_dump of one schema has it created.
    await server.query('DROP SCHEMA public', each)
  }
  const errors = await script(dump, renamed)
  await server.query(`ALTER SCHEMA ${schema} RENAME TO elsewhere`, renamed)
  await server.query('CREATE SCHEMA elsewhere', elsewhere)
  expect(await script(stripped, elsewhere, '-c search_path=elsewhere')).toEqual(errors)
  expect(await inSchema(elsewhere)).toEqual(await inSchema(renamed))
  expect((await compareDatabases(server, renamed, elsewhere)).differences).toEqual([])
})
