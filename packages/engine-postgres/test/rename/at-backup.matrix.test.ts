import { backup, file, planBackup, restore, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const content = `
  CREATE SCHEMA shop; CREATE TABLE shop.papers (id serial PRIMARY KEY, day date) PARTITION BY RANGE (id);
  CREATE TABLE shop.papers_low PARTITION OF shop.papers FOR VALUES FROM (0) TO (100);
  INSERT INTO shop.papers (day) SELECT '2026-01-01'::date + n FROM generate_series(1, 20) n;
  CREATE MATERIALIZED VIEW shop.days AS SELECT day FROM shop.papers;
  CREATE TABLE shop.other (note text DEFAULT 'papers'); INSERT INTO shop.other DEFAULT VALUES`
const renames = { renameSchemas: { shop: 'staging' }, renameTables: { 'shop.papers': 'sheets' } }

describe('renamed at backup', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(15)
  })
  afterAll(() => server.stop())

  test.each(['plain', 'custom', 'directory'])(
    'a %s backup is of its source, and of what is restored from it',
    async (format) => {
      const database = await databaseWith(server, content)
      const [from, engine] = [file(await tempFolder()), engineFor(server, database)]
      const { id, tables } = await backup({ engine, to: from, format, ...renames })
      expect(tables.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual([
        'staging.other',
        'staging.sheets_low',
      ])
      const definitions = true
      const withSource = await verify({ from, id, engine, against: true, definitions })
      expect(withSource.findings).toEqual([expect.objectContaining({ severity: 'info', code: 'COMPARE.RENAMED' })])

      const copy = `${database}_${format}`
      await restore({ engine: engineFor(server, copy), from, id, createDatabase: true, definitions })
      const relations = await server.query(
        "SELECT relname FROM pg_class WHERE relnamespace = 'staging'::regnamespace ORDER BY 1",
        copy,
      )
      expect(relations.rows.map(({ relname }) => relname)).toEqual([
        'days',
        'other',
        'sheets',
        'sheets_id_seq',
        'sheets_low',
        'sheets_low_pkey',
        'sheets_pkey',
      ])
      expect(
        (await verify({ from, id, engine: engineFor(server, copy), against: true, definitions })).findings,
      ).toEqual([])
      await server.query('UPDATE staging.sheets SET day = day + 1 WHERE id = 7', copy)
      const changed = await verify({ from, id, engine: engineFor(server, copy), against: true })
      expect(changed.findings.map(({ message }) => message).join()).toContain('staging.sheets_low')
    },
  )

  test.each([
    { options: { renameSchemas: { shpo: 'x' } }, code: 'USAGE.SELECTION', message: /no schema shpo/, hint: /shop/ },
    { options: { renameTables: { paper: 'x' } }, code: 'USAGE.SELECTION', message: /no table paper/, hint: /papers/ },
    {
      options: { renameTables: { papers: 'other' } },
      code: 'REFUSED.NAME_TAKEN',
      message: /shop.papers cannot become other: shop.other/,
    },
    { options: { renameTables: { papers: 'papers' } }, code: 'REFUSED.RENAME', message: /has this name already/ },
    { options: { renameSchemas: { shop: 'pg_shop' } }, code: 'REFUSED.RENAME', message: /cannot become pg_shop/ },
    {
      options: { renameSchemas: { shop: 'information_schema' } },
      code: 'REFUSED.RENAME',
      message: /cannot become information_schema/,
    },
    {
      options: { renameSchemas: { shop: 'public' } },
      code: 'REFUSED.NAME_TAKEN',
      message: /shop cannot become public/,
    },
  ])('$options is refused with $code, and nothing is written', async ({ options, code, message, hint = /^/ }) => {
    const database = await databaseWith(server, `${content}; CREATE TABLE public.there ()`)
    const folder = await tempFolder()
    const engine = engineFor(server, database)
    const expected = { code, message: expect.stringMatching(message) }
    await expect(backup({ engine, to: file(folder), ...options })).rejects.toMatchObject(expected)
    const failure = await planBackup({ engine, to: file(folder), ...options }).catch((error: unknown) => error)
    expect(failure).toMatchObject(expected)
    expect((failure as { hint?: string }).hint ?? '').toMatch(hint)
  })
})
