import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isPgarkError, type PgarkErrorLike, type RestoreOptions, type RunEvent, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, untilNoConnection } from '../snapshot/run-backup.ts'
import { bucketOf } from './bucket.ts'
import { type Damage, flippedAt, type StoredFolder, shop, storeFolder } from './stored-folder.ts'

let server: TestServer
let folder: string
const backups = new Map<string, StoredFolder>()
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  const source = await databaseWith(server, shop)
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-bucket-'))
  for (const compression of ['none', 'gzip', 'zstd'] as const)
    backups.set(
      compression,
      await storeFolder(server, source, path.join(folder, compression), { format: 'directory', compression }),
    )
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

function stored(compression: string): StoredFolder {
  const found = backups.get(compression)
  if (!found) throw new Error(`there is no backup with ${compression}`)
  return found
}

/** Restores a damaged copy from afar into an empty database, which must fail. */
async function failing(compression: string, name: string, damage: Damage, options: Partial<RestoreOptions> = {}) {
  const { id, copied } = stored(compression)
  const copy = await copied()
  await copy.change(name, damage)
  const { from, reads } = bucketOf(copy.folder)
  const database = await databaseWith(server, 'SELECT 1')
  const events: RunEvent[] = []
  const onEvent = (event: RunEvent) => events.push(event)
  const engine = engineFor(server, database)
  const error = await rejection(restore({ engine, from, id, jobs: 2, proof: false, onEvent, ...options }))
  if (!isPgarkError(error)) throw error
  await untilNoConnection(server)
  return { error, events, reads, database }
}
const rowsOf = async (database: string, table: string) =>
  (await server.query(`SELECT count(*)::int AS rows FROM ${table}`, database)).rows[0].rows
const relationsOf = async (database: string) =>
  (await server.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace", database)).rows
const existing = ({ meta }: PgarkErrorLike) => meta.exists as { objects: string[]; tables: string[]; remove: string[] }

/** Another digit, which makes a row as good as any. */
const anotherDigit: Damage = (bytes) => {
  const at = bytes.indexOf('\n77\t') + 1
  expect(at).toBeGreaterThan(0)
  const changed = Buffer.from(bytes)
  changed[at] = '6'.charCodeAt(0)
  return changed
}

/** Rows before it are as good as all of them to the server. */
const endOfRows: Damage = (bytes) => {
  const at = bytes.indexOf('\n77\t') + 1
  const end = bytes.indexOf('\n', at)
  const changed = Buffer.from(bytes)
  changed.fill('\\.\n', at, at + 3)
  changed.fill('\n', at + 3, end)
  return changed
}

describe('a data file that is not what was stored, where nothing can be hashed beforehand', () => {
  const damages: [compression: string, what: string, damage: Damage][] = [
    ['none', 'a digit of a row', anotherDigit],
    ['none', 'a row that becomes the end of the rows', endOfRows],
    ['none', 'its last byte', flippedAt(1)],
    ['none', 'a byte in its middle', flippedAt(0.5)],
    ['gzip', 'a byte in its middle', flippedAt(0.5)],
    ['zstd', 'a byte in its middle', flippedAt(0.5)],
    ['zstd', 'its first byte', flippedAt(0)],
  ]
  test.each(damages)('%s, %s: the COPY of its table is aborted, and what exists is told', async (...args) => {
    const [compression, , damage] = args
    const { error, events, reads, database } = await failing(compression, stored(compression).fileOf('items'), damage)
    expect(error).toMatchObject({
      code: 'DAMAGE.HASH',
      meta: { entry: { kind: 'TABLE DATA', schema: 'public', name: 'items' } },
    })
    expect(await rowsOf(database, 'items')).toBe(0)
    const { objects, tables, remove } = existing(error)
    expect(objects).toEqual(expect.arrayContaining(['TABLE public.items', 'TABLE public.orders', 'VIEW public.noted']))
    expect(tables).not.toContain('public.items')
    if (tables.includes('public.orders')) expect(await rowsOf(database, 'orders')).toBe(500)
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'RESTORE.INCOMPLETE' }))
    // It was read again to tell damage from a failure of the target; nothing else was.
    const again = reads.filter((key, index) => reads.indexOf(key) !== index)
    expect(again.filter((key) => key !== stored(compression).fileOf('items') && !key.endsWith('/blobs.toc'))).toEqual(
      [],
    )
    for (const statement of remove) await server.query(statement, database)
    expect(await relationsOf(database)).toEqual([])
  })

  test('a large object: none of them has come', async () => {
    const { id } = stored('none')
    const { error, database } = await failing('none', `${id}/blob_4711.dat`, flippedAt(0.5), { jobs: 1 })
    expect(error).toMatchObject({ code: 'DAMAGE.HASH', meta: { entry: { kind: 'BLOBS' } } })
    const { rows } = await server.query(
      'SELECT sum(length(lo_get(oid)))::int AS bytes FROM pg_largeobject_metadata',
      database,
    )
    expect(rows).toEqual([{ bytes: 0 }])
  })

  test('in one transaction nothing exists', async () => {
    const { fileOf } = stored('none')
    const { error, database } = await failing('none', fileOf('items'), anotherDigit, {
      singleTransaction: true,
      jobs: undefined as never,
    })
    expect(error).toMatchObject({ code: 'DAMAGE.HASH' })
    expect(await relationsOf(database)).toEqual([])
  })
})

describe('before anything is touched', () => {
  const metadata = ['toc.dat', 'contents.json', 'blobs.toc', '.json']
  const damages: [what: string, files: readonly string[], damage: Damage][] = [
    ['is missing', ['.dat.zst', 'toc.dat', 'contents.json', 'blobs.toc'], () => undefined],
    ['is cut', ['.dat.zst', ...metadata], (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))],
    ['has another bit', metadata, flippedAt(0.5)],
  ]
  test.each(damages)('what %s is told from afar too', async (_, endings, damage) => {
    const { files, id } = stored('zstd')
    const chosen = files.filter((name) => endings.some((ending) => name.endsWith(ending)))
    expect(chosen.length).toBeGreaterThanOrEqual(endings.length)
    for (const name of chosen.filter((each) => each !== `${id}.json` || damage(Buffer.from('x')))) {
      const { error, database } = await failing('zstd', name, damage)
      expect(error.code, name).toMatch(/^(DAMAGE|ARCHIVE)\./)
      expect(error.meta).not.toHaveProperty('exists')
      expect(await relationsOf(database)).toEqual([])
    }
  })
})

test('of a selection only the objects needed are read, each once', async () => {
  const { folder: place, id, fileOf } = stored('zstd')
  const { from, reads } = bucketOf(place)
  const database = await databaseWith(server, 'SELECT 1')
  const { tables } = await restore({
    engine: engineFor(server, database),
    from,
    id,
    tables: ['items'],
    jobs: 2,
    proof: false,
  })
  expect(tables).toMatchObject([{ name: 'items', rows: 150_000 }])
  expect(reads).toEqual([`${id}.json`, `${id}/contents.json`, `${id}/toc.dat`, fileOf('items')])
})
