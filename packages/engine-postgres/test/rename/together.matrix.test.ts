import { backup, type Cleaner, file, restore, sql, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { targetAt } from '../restore/target.ts'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

// Renaming beside what else shapes a backup or a restore: each speaks of old names, whatever becomes of them.

const content = `
  CREATE SCHEMA shop; CREATE TABLE shop.people (id integer PRIMARY KEY, name text);
  CREATE TABLE shop.papers (id integer PRIMARY KEY, author integer REFERENCES shop.people);
  CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER touch BEFORE UPDATE ON shop.papers FOR EACH ROW EXECUTE FUNCTION shop.touch();
  INSERT INTO shop.people SELECT n, 'person ' || n FROM generate_series(1, 10) n;
  INSERT INTO shop.papers SELECT n, n % 10 + 1 FROM generate_series(1, 100) n`
const renames = { renameSchemas: { shop: 'small' }, renameTables: { 'shop.papers': 'sheets' } }
const noTriggers: Cleaner = {
  specVersion: 1,
  name: 'no-triggers',
  clean: (given) => (given.kind === 'TRIGGER' ? undefined : given),
}

let server: TestServer
beforeAll(async () => {
  server = await startServer(16)
})
afterAll(() => server.stop())

test.each(['plain', 'custom', 'directory'])('filters, in a %s backup', async (format) => {
  const database = await databaseWith(server, content)
  const [from, engine] = [file(await tempFolder()), engineFor(server, database)]
  const filters = {
    'shop.papers': sql`author IN (SELECT id FROM people WHERE id <= ${3})`,
    people: sql`people.id <= ${3}`,
  }
  const { id, tables } = await backup({ engine, to: from, format, filters, filterValues: true, ...renames })
  expect(tables.map(({ schema, name, rows, filter }) => [schema, name, rows, filter?.sql, filter?.values])).toEqual(
    expect.arrayContaining([
      ['small', 'sheets', 30, 'author IN (SELECT id FROM people WHERE id <= $1)', ['3']],
      ['small', 'people', 3, 'people.id <= $1', ['3']],
    ]),
  )
  // The rows of the source are chosen by the filter under its names, those of the copy are all that there are.
  const withSource = await verify({ from, id, engine, against: true, proof: false })
  expect(withSource.findings.map(({ code }) => code)).toEqual(['COMPARE.RENAMED', 'COMPARE.CHOSEN', 'COMPARE.CHOSEN'])
  const copy = `${database}_${format}`
  await restore({ engine: engineFor(server, copy), from, id, createDatabase: true })
  expect((await verify({ from, id, engine: engineFor(server, copy), against: true, proof: false })).findings).toEqual(
    [],
  )
  const { rows } = await server.query('SELECT array_agg(id ORDER BY id) AS ids FROM small.sheets', copy)
  const expected = await server.query(
    'SELECT array_agg(id ORDER BY id) AS ids FROM shop.papers WHERE author <= 3',
    database,
  )
  expect(rows).toEqual(expected.rows)
  await server.query('UPDATE shop.papers SET author = 9 WHERE id = 1', database)
  const changed = await verify({ from, id, engine, against: true, proof: false })
  expect(changed.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/papers|sheets/),
  ])
})

test.each(['custom', 'directory'])('cleaners, in a %s backup, and its definitions', async (format) => {
  const database = await databaseWith(server, content)
  const [from, engine] = [file(await tempFolder()), engineFor(server, database)]
  const { id } = await backup({ engine, to: from, format, cleaners: [noTriggers], ...renames })
  const compared = async (name: string) =>
    (await verify({ from, id, engine: engineFor(server, name), against: true, definitions: true, proof: false }))
      .findings
  expect((await compared(database)).map(({ code }) => code)).toEqual(['COMPARE.RENAMED'])
  const copy = `${database}_${format}`
  await restore({ engine: engineFor(server, copy), from, id, createDatabase: true, definitions: true })
  expect(await compared(copy)).toEqual([])
  expect((await server.query('SELECT FROM pg_trigger WHERE NOT tgisinternal', copy)).rows).toEqual([])
  await server.query('DROP FUNCTION small.touch', copy)
  expect((await compared(copy)).map(({ message }) => message).join()).toContain('small.touch()')
})

test.each([{ singleTransaction: false }, { singleTransaction: true }])(
  'what may fail, with %o',
  async ({ singleTransaction }) => {
    const database = await databaseWith(server, `${content}; CREATE ROLE reader; GRANT SELECT ON shop.papers TO reader`)
    const location = await tempFolder()
    const { id } = await backup({ engine: engineFor(server, database), to: file(location), format: 'directory' })
    await server.query('DROP OWNED BY reader; DROP ROLE reader', database)
    const { restore, query } = targetAt(server, database)
    const copying = { id, schemas: ['shop'], ...renames, singleTransaction }
    await expect(restore(location, copying)).rejects.toMatchObject({ message: expect.stringContaining('reader') })
    const report = await restore(location, { ...copying, allow: ['acl:shop.papers'] })
    expect(
      report.findings.filter(({ severity }) => severity !== 'info').map(({ code, message }) => [code, message]),
    ).toEqual([['RESTORE.ALLOWED', expect.stringContaining('small.sheets')]])
    expect(await query('SELECT count(*)::int AS rows FROM small.sheets')).toEqual([{ rows: 100 }])
    // By new names nothing is allowed: they are not in the backup.
    const byNew = restore(location, { ...copying, allow: ['acl:small.sheets'] })
    await expect(byNew).rejects.toMatchObject({ message: expect.stringContaining('acl:small.sheets') })
  },
)
