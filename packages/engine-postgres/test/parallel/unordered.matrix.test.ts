import { createReadStream } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Contents, type ContentsTable, type Exporter, file, isPgarkError, type RunEvent } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection, targetAt, targetWith } from '../restore/target.ts'
import { databaseWith, prepare, tempFolder, untilNoConnection } from '../snapshot/run-backup.ts'

const rows = 'SELECT (i * 7919) % 150000 AS id, md5(i::text) AS note FROM generate_series(1, 150000) i'
const schema = `
  CREATE TABLE big (id int, note text); INSERT INTO big ${rows};
  ALTER TABLE big ADD PRIMARY KEY (id); CREATE INDEX ON big (note);
  CREATE TABLE child (id int, big_id int REFERENCES big); INSERT INTO child SELECT i, i FROM generate_series(1, 1000) i;
  CREATE TABLE ranged (id int, note text); INSERT INTO ranged ${rows}; CREATE INDEX ON ranged USING brin (id);
  CREATE TABLE grouped (id int, note text); INSERT INTO grouped ${rows};
  ALTER TABLE grouped ADD CONSTRAINT grouped_key UNIQUE (id); CLUSTER grouped USING grouped_key`

let server: TestServer
let source: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  source = await databaseWith(server, schema)
})
afterAll(() => server.stop())

interface Stored {
  readonly location: string
  readonly id: string
  table(name: string): ContentsTable
}

async function stored(compression: 'none' | 'gzip' | 'zstd'): Promise<Stored> {
  const run = { format: 'directory', compression, jobs: 2, chunkSizeBytes: 4 * 1024 * 1024 }
  const { start, folder } = await prepare(server, source, run)
  const { id } = await start()
  const contents: Contents = JSON.parse(await readFile(path.join(folder, id, 'contents.json'), 'utf8'))
  const tables = new Map(contents.tables.map((table) => [table.name, table]))
  return { location: folder, id, table: (name) => tables.get(name) as ContentsTable }
}
const orderIn = async (database: string, table: string) =>
  (await server.query(`SELECT md5(string_agg(id::text, ',' ORDER BY ctid)) AS ids FROM ${table}`, database)).rows
/** A destination that is not on this machine, whose reads of a part of an object wait for `before`. */
const gated = (from: Exporter, before: (key: string, start: number) => Promise<void> | void): Exporter => ({
  ...from,
  capabilities: { ...from.capabilities, local: false },
  async *read(key, options) {
    if (options?.range) await before(key, options.range.start)
    yield* from.read(key, options)
  },
})

test.each(['none', 'gzip', 'zstd'] as const)(
  'several connections load one table, every row once: %s',
  async (codec) => {
    const { location, id, table } = await stored(codec)
    expect(table('big').chunks?.length).toBeGreaterThan(2)
    const target = await targetWith(server)
    const partsRead: string[] = []
    const two = Promise.withResolvers<void>()
    const from = gated(file(location), async (key) => {
      if (partsRead.push(key) === 2) two.resolve()
      // A restore that loads one part after the other would wait for ever.
      await two.promise
    })
    const seen: RunEvent[] = []
    const onEvent = (event: RunEvent) => seen.push(event)
    const { findings, tables } = await target.restore(location, { from, id, jobs: 3, unordered: true, onEvent })
    expect((await compareDatabases(server, source, target.database)).differences).toEqual([])
    expect(new Set(partsRead)).toEqual(new Set([`${id}/${table('big').object}`]))
    expect(partsRead).toHaveLength(table('big').chunks?.length ?? 0)
    expect(
      findings.map(({ severity, code, message }) => [severity, code, message.split(':', 2).join()]).sort(),
    ).toEqual([
      ['info', 'RESTORE.IN_ORDER', 'public.grouped, it is clustered'],
      ['info', 'RESTORE.IN_ORDER', 'public.ranged, it has a BRIN index'],
    ])
    for (const name of ['ranged', 'grouped'])
      expect(await orderIn(target.database, name)).toEqual(await orderIn(source, name))
    expect(tables).toContainEqual({ schema: 'public', name: 'big', rows: 150000, expectedRows: 150000 })
    const told = seen.filter(
      (event) => event.type === 'table' && event.table.name === 'big' && event.state !== 'progress',
    )
    expect(told).toMatchObject([{ state: 'started' }, { state: 'finished', rows: 150000, bytes: table('big').bytes }])
  },
)

test('without it the rows lie as they lay', async () => {
  const { location, id } = await stored('zstd')
  const target = await targetWith(server)
  const parts: string[] = []
  const from = gated(file(location), (key) => void parts.push(key))
  const { findings } = await target.restore(location, { from, id, jobs: 3 })
  expect([findings, parts]).toEqual([[], []])
  for (const name of ['big', 'ranged', 'grouped'])
    expect(await orderIn(target.database, name)).toEqual(await orderIn(source, name))
})

test('one byte of a part differs: its rows are not there, those of others are, and that is told', async () => {
  const { location, id, table } = await stored('none')
  const copy = path.join(await tempFolder(), 'copy')
  await cp(location, copy, { recursive: true })
  const { object, chunks = [] } = table('big')
  const damaged = chunks[1] as NonNullable<typeof chunks>[number]
  const data = await readFile(path.join(copy, id, object))
  // A letter of the last note: no other check would find it.
  const at = damaged.offset + damaged.sizeBytes - 2
  data[at] = data[at] === 0x61 ? 0x62 : 0x61
  await writeFile(path.join(copy, id, object), data)
  const target = await targetWith(server)
  const from = gated(file(copy), async (_, start) => {
    if (start === 0) return
    while ((await target.query('SELECT FROM big LIMIT 1')).length === 0);
  })
  const seen: RunEvent[] = []
  const restoring = target.restore(location, {
    from,
    id,
    jobs: 2,
    unordered: true,
    onEvent: (event) => seen.push(event),
  })
  const error = await rejection(restoring)
  if (!isPgarkError(error)) throw error
  expect(error).toMatchObject({
    code: 'DAMAGE.HASH',
    message: expect.stringContaining(object),
    meta: { entry: { kind: 'TABLE DATA', name: 'big' }, exists: { partial: ['public.big'] } },
  })
  expect(seen).toContainEqual(
    expect.objectContaining({
      code: 'RESTORE.INCOMPLETE',
      message: expect.stringMatching(/, and a part of the rows of public\.big\.$/),
    }),
  )
  const [counted] = await target.query('SELECT count(*)::int AS rows FROM big')
  const others = chunks.filter((chunk) => chunk !== damaged).map((chunk) => chunk.rows)
  // Whole parts, and never the damaged one.
  expect(counted?.rows).toBeGreaterThanOrEqual(others[0] ?? 0)
  expect(counted?.rows).toBeLessThanOrEqual(others.reduce((sum, each) => sum + each))
  await untilNoConnection(server)
})

test('in order where a part of the rows must not be there alone, or tables are there already', async () => {
  const { location, id } = await stored('zstd')
  const created = targetAt(server, `${source}_made`)
  const allowed = await created.restore(location, {
    id,
    jobs: 2,
    unordered: true,
    createDatabase: true,
    allow: ['table-data:big'],
  })
  expect(allowed.findings.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^public\.big: .* all or none/),
  )
  expect(await orderIn(created.database, 'big')).toEqual(await orderIn(source, 'big'))
  await server.query('TRUNCATE big, child, ranged, grouped', created.database)
  const { findings } = await created.restore(location, {
    id,
    jobs: 2,
    unordered: true,
    dataOnly: true,
    excludeTableData: ['child'],
  })
  expect(findings).toEqual([
    {
      severity: 'info',
      code: 'RESTORE.IN_ORDER',
      message: 'The rows go into tables that are there already: loaded in order, each table by one connection.',
    },
  ])
  expect(await orderIn(created.database, 'big')).toEqual(await orderIn(source, 'big'))
})

test('where there is but one order it is refused; where no table has parts that is told', async () => {
  const small = await databaseWith(server, 'CREATE TABLE t (x int); INSERT INTO t VALUES (1)')
  const plain = await prepare(server, small, { format: 'plain' })
  await plain.start()
  const custom = await prepare(server, small, { format: 'custom' })
  await custom.start()
  const target = await targetWith(server)
  for (const restoring of [
    () => target.restore(plain.location, { unordered: true }),
    () => target.restore(custom.location, { unordered: true, singleTransaction: true }),
    () => target.restore(createReadStream(custom.location), { unordered: true }),
  ])
    await expect(restoring()).rejects.toMatchObject({ code: 'USAGE.OPTIONS' })
  expect(await target.objects()).toEqual([])
  const { findings } = await target.restore(custom.location, { unordered: true, jobs: 2 })
  expect(findings).toMatchObject([{ severity: 'info', code: 'RESTORE.IN_ORDER' }])
})
