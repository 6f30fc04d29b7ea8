import { spawn } from 'node:child_process'
import path from 'node:path'
import { backup, type ContentsTable, file, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataSets } from '../support/data-sets.ts'
import { digestDocument, runReference } from '../support/digest-document.ts'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

let server: TestServer
let stock: Stock
beforeAll(async () => {
  server = await startServer(17, { settings: { wal_level: 'logical' } })
  stock = stockFor(server)
})
afterAll(() => server.stop())

/** The options that docs/digest.md gives to psql. */
const [, documentedOptions = ''] = /^export PGOPTIONS="(.*)"$/m.exec(digestDocument) ?? []

/** A table's digest and number of rows: its text by psql, the rest by the program of docs/digest.md. */
async function recomputed(database: string, { schema, name, columns }: ContentsTable): Promise<string> {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const list = columns.length > 0 ? ` (${columns.map(quoted).join(', ')})` : ''
  const sql = `COPY ${quoted(schema)}.${quoted(name)}${list} TO STDOUT`
  const connection = { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres', PGDATABASE: database }
  const psql = spawn(stock.clients.psql, ['-X', '-c', sql], {
    env: { PATH: process.env.PATH, ...connection, PGOPTIONS: documentedOptions, PGCLIENTENCODING: 'UTF8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return await runReference(psql.stdout)
}

/** A backup in a folder of its own. */
async function backUp(database: string, format: string) {
  const folder = await temporaryFolder()
  const { id, tables } = await backup({ engine: engineFor(server, database), to: file(folder), format })
  return { reference: { from: file(folder), id }, folder: path.join(folder, id), tables }
}

for (const { name, scripts, prerequisites = [] } of dataSets.filter((each) => each.hasRows !== false)) {
  // Rows of an extension's tables are only in part the user's own.
  if (name === 'extensions') continue
  describe(name, () => {
    beforeAll(async () => {
      await server.createDatabase(name)
      for (const script of [...prerequisites, ...scripts(17)]) await stock.psql(name, script)
      await server.query(`ALTER DATABASE "${name}" SET timezone = 'Asia/Tokyo'`)
    })
    test('every table has the digest that psql and another XXH3 come to, in every format', async () => {
      const [plain, ...others] = await Promise.all(
        ['plain', 'custom', 'directory'].map(async (format) => (await backUp(name, format)).tables),
      )
      if (!plain) throw new Error('there is no backup')
      const digests = (tables: readonly ContentsTable[]) => tables.map(({ digest, rows }) => `${digest} ${rows}`)
      for (const tables of others) expect(digests(tables)).toEqual(digests(plain))
      for (const table of plain) {
        const found = await recomputed(name, table)
        expect(found, `${table.schema}.${table.name}`).toBe(`${table.digest} ${table.rows}`)
      }
    })
  })
}

describe.each(['custom', 'directory'])('what stock pg_restore made of our %s archive', (format) => {
  const schema = `
    CREATE TABLE items AS SELECT i AS id, 'note ' || i AS note, i / 7.0 AS price FROM generate_series(1, 5000) i;
    ALTER TABLE items ADD PRIMARY KEY (id);
    CREATE SEQUENCE counter; SELECT setval('counter', 42);
    SELECT lo_from_bytea(4711, convert_to(repeat('large', 5000), 'UTF8'))`
  test('is equal, and each change to it is found', async () => {
    const source = `source of ${format}`
    const database = `restored from ${format}`
    await server.createDatabase(source)
    await server.query(schema, source)
    await server.createDatabase(database, 'TEMPLATE template0')
    const { reference, folder } = await backUp(source, format)
    const findings = async () => {
      const result = await verify({ engine: engineFor(server, database), against: true, ...reference })
      return result.findings.map(({ code }) => code)
    }
    const archive = format === 'custom' ? path.join(folder, 'backup.dump') : folder
    expect(await stock.restore(['--jobs=2', archive], database)).toEqual([])
    expect(await findings()).toEqual([])
    await server.query("UPDATE items SET note = overlay(note PLACING 'N' FROM 1) WHERE id = 4321", database)
    expect(await findings()).toEqual(['COMPARE.DIGEST'])
    await server.query("UPDATE items SET note = 'note 4321' WHERE id = 4321", database)
    expect(await findings()).toEqual([])
    await server.query("SELECT lo_put(4711, 20000, 'x'), nextval('counter')", database)
    expect(await findings()).toEqual(['COMPARE.SEQUENCE', 'COMPARE.LARGE_OBJECTS'])
  })
})
