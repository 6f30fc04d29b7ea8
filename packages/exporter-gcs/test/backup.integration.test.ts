import { backup, list, restore, verify } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emulatedBucket } from './support/emulated-bucket.ts'

const schema = `
  CREATE TABLE orders AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 200000) i;
  ALTER TABLE orders ADD PRIMARY KEY (id);
  CREATE TABLE customers AS SELECT i AS id, 'customer ' || i AS name FROM generate_series(1, 1000) i;
  CREATE TABLE empty (id int);
  SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex'))`

const bucket = emulatedBucket()
let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
afterAll(() => server.stop())

/** A backup of several connections, in which every third chunk meets a 503. */
async function backedUp() {
  const to = bucket.open({ prefix: 'shop/nightly', chunkSizeBytes: 1024 * 1024 })
  let chunks = 0
  bucket.emulator.fail(({ operation }) => operation === 'chunk' && ++chunks % 3 === 0, { status: 503 }, 1000)
  const { id } = await backup({ engine: postgres(server.url('shop')), to, jobs: 3, chunkSizeBytes: 4 * 1024 * 1024 })
  expect(bucket.requests('ask').length).toBeGreaterThan(0)
  bucket.emulator.reset()
  return { to, id }
}

test('a backup goes into a bucket, is found, verified and restored from there', async () => {
  const { to, id } = await backedUp()
  expect(bucket.emulator.openUploads()).toEqual([])
  expect(await list(to)).toMatchObject([{ key: id, state: 'complete' }])
  expect(await verify({ engine: postgres(server.url('shop')), from: to, id })).toMatchObject({ ok: true })
  const target = postgres(server.url('copy'))
  const { findings } = await restore({ engine: target, from: to, id, createDatabase: true, jobs: 3 })
  expect(findings).toEqual([])
  expect((await compareDatabases(server, 'shop', 'copy')).differences).toEqual([])
})

test('to restore one table only what it needs is fetched', async () => {
  const { to, id } = await backedUp()
  const tables = ['public.customers']
  await restore({ engine: postgres(server.url('customers')), from: to, id, createDatabase: true, tables })
  const { tables: described } = JSON.parse(String(bucket.stored()[`shop/nightly/${id}/contents.json`]))
  const [{ object }] = described.filter(({ name }: { name: string }) => name === 'customers')
  const read = bucket.requests('read').map(({ name }) => name)
  const data = read.filter((name) => /\/(\d+\.dat|blob)/.test(name))
  expect(new Set(data)).toEqual(new Set([`shop/nightly/${id}/${object}`]))
  expect(new Set(read.filter((name) => !data.includes(name)))).toEqual(
    new Set([`shop/nightly/${id}.json`, `shop/nightly/${id}/contents.json`, `shop/nightly/${id}/toc.dat`]),
  )
})

test('a backup that the bucket refuses midway leaves nothing in it', async () => {
  const to = bucket.open({ prefix: 'shop' })
  let objects = 0
  bucket.emulator.fail(({ operation }) => operation === 'start' && ++objects > 2, { status: 403 }, 1000)
  const made = backup({ engine: postgres(server.url('shop')), to, jobs: 2 })
  await expect(made).rejects.toMatchObject({ code: 'DESTINATION.DENIED' })
  expect(objects).toBeGreaterThan(2)
  expect(bucket.stored()).toEqual({})
  expect(bucket.emulator.openUploads()).toEqual([])
})
