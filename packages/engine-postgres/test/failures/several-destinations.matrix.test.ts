import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { backup, type Exporter, file, type RunEvent, sql, verify } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, engineFor, restored, tempFolder, untilNoConnection } from '../snapshot/run-backup.ts'

const tables = Array.from(
  { length: 12 },
  (_, index) => `CREATE TABLE t${index} (id int PRIMARY KEY, note text);
    INSERT INTO t${index} SELECT n, string_agg(md5(random()::text), '') FROM generate_series(1, 2000) n, generate_series(1, ${1 + index}) GROUP BY n`,
)
let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  // Does not compress.
  database = await databaseWith(
    server,
    `${tables.join(';\n')}; SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex'))`,
  )
})
afterAll(() => server.stop())

async function expectWhole(to: Exporter, id: string): Promise<void> {
  const which = to.objectKey === undefined ? { id } : {}
  expect(await verify({ engine: engineFor(server, database), from: to, ...which })).toMatchObject({ ok: true })
  const { differences } = await compareDatabases(server, database, await restored(server, to.location, id))
  expect(differences).toEqual([])
}

/** A destination that is gone once it has taken so many bytes, for what it is writing then and for all that would come. */
function dying(to: Exporter, afterBytes: number): Exporter {
  const gone = new Error('gone')
  let leftBytes = afterBytes
  return {
    ...to,
    write(key, body, options) {
      async function* taken() {
        for await (const chunk of body) {
          leftBytes -= chunk.byteLength
          if (leftBytes < 0) throw gone
          yield chunk
        }
      }
      return to.write(key, taken(), options)
    },
  }
}

const formats: [format: string, name: (which: string) => string][] = [
  ['directory', (which) => which],
  ['custom', (which) => `${which}.dump`],
  ['plain', (which) => `${which}.sql.zst`],
]
for (const [format, name] of formats) {
  test(`two destinations have the same whole backup, from one read (${format})`, async () => {
    const folder = await tempFolder()
    const to = ['a', 'b'].map((which) => file(path.join(folder, name(which))))
    const events: RunEvent[] = []
    const onEvent = (event: RunEvent) => void events.push(event)
    const { id, destinations } = await backup({ engine: engineFor(server, database), to, onEvent })
    expect(destinations).toMatchObject([{ ok: true }, { ok: true }])
    for (const each of to) await expectWhole(each, id)
    expect(events.filter((event) => event.type === 'table' && event.state === 'finished')).toHaveLength(tables.length)
  })

  test(`one that dies midway leaves nothing there, and the other is whole (${format})`, async () => {
    const folder = await tempFolder()
    const good = file(path.join(folder, name('good')))
    const bad = dying(file(path.join(folder, name('bad'))), 2_000_000)
    const { id, destinations } = await backup({ engine: engineFor(server, database), to: [bad, good] })
    expect(destinations).toMatchObject([{ ok: false, error: { message: 'gone' } }, { ok: true }])
    await expectWhole(good, id)
    const left = (await readdir(folder, { recursive: true })).filter((each) => /bad[./]/.test(each))
    expect(left).toEqual([])
    await untilNoConnection(server)
  })
}

test('when all of them die the backup fails, and nothing is left', async () => {
  const folder = await tempFolder()
  const to = ['a', 'b'].map((which, index) => dying(file(path.join(folder, which)), 1_000_000 * (1 + index)))
  await expect(backup({ engine: engineFor(server, database), to })).rejects.toMatchObject({
    code: 'DESTINATION.ALL_FAILED',
  })
  expect((await readdir(folder, { recursive: true })).filter((each) => each.includes('/'))).toEqual([])
  await untilNoConnection(server)
})

test('a run that is aborted midway leaves nothing at any of them', async () => {
  const folder = await tempFolder()
  const controller = new AbortController()
  const reason = new Error('enough')
  const onEvent = (event: RunEvent) => {
    if (event.type === 'object') controller.abort(reason)
  }
  const to = ['a', 'b'].map((which) => file(path.join(folder, which)))
  const run = backup({ engine: engineFor(server, database), to, onEvent, signal: controller.signal })
  await expect(run).rejects.toBe(reason)
  expect((await readdir(folder, { recursive: true })).filter((each) => each.includes('/'))).toEqual([])
  await untilNoConnection(server)
})

test.each(formats)('filters choose the same rows for every destination (%s)', async (format, name) => {
  const folder = await tempFolder()
  const to = ['a', 'b'].map((which) => file(path.join(folder, name(which))))
  const filters = { 't*': sql`id <= ${700}` }
  const { id, tables } = await backup({ engine: engineFor(server, database), to, format, filters })
  expect(tables.map(({ rows, filter }) => [rows, filter?.valueCount])).toEqual(tables.map(() => [700, 1]))
  for (const each of to) {
    const which = each.objectKey === undefined ? { id } : {}
    const engine = engineFor(server, database)
    expect(await verify({ engine, from: each, ...which })).toMatchObject({ ok: true })
    const copy = await restored(server, each.location, id)
    const { differences } = await compareDatabases(server, copy, await restored(server, to[0]?.location ?? '', id))
    expect(differences).toEqual([])
    const { rows } = await server.query('SELECT min(id), max(id), count(*)::int AS rows FROM t3', copy)
    expect(rows).toEqual([{ min: 1, max: 700, rows: 700 }])
  }
})
