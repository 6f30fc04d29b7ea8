import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { file, type RestoreOptions, type RunEvent, restore, verify } from '@pgark/core'
import { openArchive, writeCustom, writeDirectory } from '@pgark/pg-archive'
import { databaseContent, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineFor } from '../support/round-trip.ts'
import { stockFor } from '../support/stock.ts'

const analysed = `
  CREATE SCHEMA app;
  CREATE TABLE app.items (id int PRIMARY KEY, name text, price numeric, tags text[]);
  INSERT INTO app.items SELECT n, 'name ' || n % 7, n / 3.0, ARRAY['a' || n % 5, 'it''s \\'] FROM generate_series(1, 4000) n;
  CREATE INDEX by_name ON app.items (lower(name));
  CREATE STATISTICS app.related ON name, price FROM app.items;
  CREATE TABLE app."it's ""odd"" \\" ("a \\ b" int, note text);
  INSERT INTO app."it's ""odd"" \\" SELECT n, repeat(E'\\\\x''\\n', n % 5) FROM generate_series(1, 300) n;
  CREATE MATERIALIZED VIEW app.summary AS SELECT name, count(*) FROM app.items GROUP BY name;
  CREATE TABLE app.parts (id int, note text) PARTITION BY RANGE (id);
  CREATE TABLE app.part_1 PARTITION OF app.parts FOR VALUES FROM (0) TO (100);
  CREATE TABLE app.part_2 PARTITION OF app.parts FOR VALUES FROM (100) TO (1000);
  INSERT INTO app.parts SELECT n, 'note ' || n % 3 FROM generate_series(1, 500) n;
  CREATE TABLE app.nothing (id int);
  ANALYZE`

const formats = ['custom', 'directory', 'tar', 'plain'] as const
type Format = (typeof formats)[number]

let folder: string
const servers = new Map<17 | 18, TestServer>()
const on = (major: 17 | 18) => servers.get(major) as TestServer
/** Clients of 18, which know statistics, with a server of that major. */
const stock = (major: 17 | 18) => stockFor(on(major), 18)
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-statistics-'))
  for (const major of [17, 18] as const) {
    servers.set(major, await startServer(major, { settings: { autovacuum: 'off' } }))
    await on(major).createDatabase('source')
    await on(major).query(analysed, 'source')
    await Promise.all(
      formats.map((format) => stock(major).dump('source', dumpOf(major, format), '--statistics', `--format=${format}`)),
    )
  }
})
afterAll(async () => {
  for (const server of servers.values()) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const dumpOf = (major: 17 | 18, format: Format) => path.join(folder, `${major}-${format}`)

/** What the planner knows of columns, and of relations. */
async function statisticsOf(server: TestServer, database: string) {
  const ask = async (sql: string) => (await server.query(sql, database)).rows.map(({ line }) => line as string)
  return {
    columns: await ask(
      "SELECT s::text AS line FROM pg_stats s WHERE schemaname = 'app' ORDER BY tablename, attname, inherited",
    ),
    relations: await ask(`
      SELECT concat_ws(' ', relname, relpages, reltuples, relallvisible) AS line FROM pg_class
      WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p', 'm', 'i') ORDER BY relname`),
  }
}

let made = 0
/** A new database, with the definitions of the source where something goes into them. */
async function target(server: TestServer, definitions?: string): Promise<string> {
  made += 1
  const name = `target ${made}`
  await server.createDatabase(name, 'TEMPLATE template0')
  if (definitions !== undefined) expect(await stock(18).restore(['--schema-only', definitions], name)).toEqual([])
  return name
}

/** Restores by us, and answers the warnings; there must be no findings. */
async function restoreByUs(server: TestServer, database: string, from: string, options: Partial<RestoreOptions> = {}) {
  const events: RunEvent[] = []
  const { findings } = await restore({
    engine: engineFor(server, database),
    from: file(from),
    onEvent: (event) => events.push(event),
    ...options,
  })
  expect(findings).toEqual([])
  return events.filter(({ type }) => type === 'warning')
}

/** By pg_restore, or psql; answers what they complain about. */
async function restoreByStock(major: 17 | 18, database: string, format: Format, from: string, ...args: string[]) {
  return format === 'plain'
    ? await stock(major).script(database, from)
    : await stock(major).restore([...args, from], database)
}

describe.each([17, 18] as const)('statistics of PostgreSQL %i, dumped by pg_dump 18', (source) => {
  test.each(formats)('a %s dump: 18 gets them as from stock clients', async (format) => {
    const [ours, theirs] = [await target(on(18)), await target(on(18))]
    expect(await restoreByStock(18, theirs, format, dumpOf(source, format))).toEqual([])
    expect(await restoreByUs(on(18), ours, dumpOf(source, format))).toEqual([])
    const [gotten, expected] = [await statisticsOf(on(18), ours), await statisticsOf(on(18), theirs)]
    expect(gotten).toEqual(expected)
    expect(expected.columns).toHaveLength(15)
    expect(expected.columns).toEqual((await statisticsOf(on(source), 'source')).columns)
    expect(expected.relations).toContainEqual(expect.stringMatching(/^items [1-9]\d* 4000 0$/))
    expect(await databaseContent(on(18), ours)).toEqual(await databaseContent(on(18), theirs))
  })
})

describe('a target that is too old to take them', () => {
  test.each(formats)('a %s dump: what stock clients fail at is left out, with one warning', async (format) => {
    const [ours, theirs] = [await target(on(17)), await target(on(17))]
    const errors = await restoreByStock(17, theirs, format, dumpOf(17, format))
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error).toMatch(/function pg_catalog\.pg_restore_\w+_stats\(.*does not exist/)
    expect(await restoreByUs(on(17), ours, dumpOf(17, format))).toEqual([
      {
        type: 'warning',
        code: 'RESTORE.STATISTICS',
        message: expect.stringContaining('does not know pg_catalog.pg_restore_relation_stats'),
        hint: 'run ANALYZE there',
      },
    ])
    expect(await databaseContent(on(17), ours)).toEqual(await databaseContent(on(17), 'source'))
    expect(await stock(17).definitions(ours)).toBe(await stock(17).definitions('source'))
  })
})

describe('parts', () => {
  test.each(formats)('a %s dump: neither definitions nor rows alone have any', async (format) => {
    const definitions = await target(on(18))
    await restoreByUs(on(18), definitions, dumpOf(18, format), { schemaOnly: true, analyze: false })
    const rows = await target(on(18), dumpOf(18, 'custom'))
    await restoreByUs(on(18), rows, dumpOf(18, format), { dataOnly: true, analyze: false })
    for (const database of [definitions, rows]) {
      expect((await statisticsOf(on(18), database)).columns).toEqual([])
    }
    expect(await stock(18).definitions(definitions)).toBe(await stock(18).definitions('source'))
    if (format === 'plain') return
    for (const [part, database] of [
      ['--schema-only', await target(on(18))],
      ['--data-only', await target(on(18), dumpOf(18, 'custom'))],
    ] as const) {
      expect(await stock(18).restore([part, dumpOf(18, format)], database)).toEqual([])
      expect((await statisticsOf(on(18), database)).columns).toEqual([])
    }
  })

  test.each(formats)('a %s dump of statistics alone', async (format) => {
    const dump = path.join(folder, `alone-${format}`)
    await stock(18).dump('source', dump, '--statistics-only', `--format=${format}`)
    const filled = await target(on(18))
    await restoreByUs(on(18), filled, dumpOf(18, format), { schemaOnly: true, analyze: false })
    expect((await statisticsOf(on(18), filled)).columns).toEqual([])
    expect(await restoreByUs(on(18), filled, dump)).toEqual([])
    expect(await statisticsOf(on(18), filled)).toEqual(await statisticsOf(on(18), 'source'))
  })
})

describe('an archive that pg-archive read and wrote again', () => {
  const kinds = (['custom', 'directory', 'tar'] as const).flatMap((from) =>
    (['custom', 'directory'] as const).flatMap((to) =>
      (['none', 'zstd'] as const).map((codec) => ({ from, to, codec })),
    ),
  )
  test.each(kinds)(
    '$from to $to, $codec: pg_restore --statistics makes the same of it',
    async ({ from, to, codec }) => {
      const { archive, readData } = await openArchive(dumpOf(18, from), { decode: 'latin1' })
      const written = path.join(folder, `${from}-${to}-${codec}`)
      const options = { codec, encode: 'latin1' } as const
      if (to === 'custom') await writeFile(written, writeCustom(archive, readData(), options))
      else {
        await mkdir(written)
        const folderOf = {
          write: (name: string, body: AsyncIterable<Uint8Array>) => writeFile(path.join(written, name), body),
        }
        await writeDirectory(archive, readData(), folderOf, options)
      }
      const [again, first] = [await target(on(18)), await target(on(18))]
      expect(await stock(18).restore(['--statistics', written], again)).toEqual([])
      expect(await stock(18).restore(['--statistics', dumpOf(18, from)], first)).toEqual([])
      const expected = await statisticsOf(on(18), first)
      expect(await statisticsOf(on(18), again)).toEqual(expected)
      expect(expected.columns.length).toBeGreaterThan(0)
      expect(await databaseContent(on(18), again)).toEqual(await databaseContent(on(18), 'source'))
      expect(await verify({ engine: engineFor(on(18), again), from: file(written) })).toMatchObject({ ok: true })
    },
  )
})
