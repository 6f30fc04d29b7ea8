import { backup, list, restore, verify } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import {
  compareDatabases,
  type FaultyHttpProxy,
  type S3Server,
  startFaultyHttpProxy,
  startServer,
  type TestServer,
} from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3 } from '../../src/index.ts'
import { createBucket, optionsFor, unfinishedIn } from '../place.ts'
import { realServers, startupMs } from './real-servers.ts'

describe.each(realServers)('$name', ({ start }) => {
  let database: TestServer
  let server: S3Server
  let proxy: FaultyHttpProxy
  beforeAll(async () => {
    server = await start()
    proxy = await startFaultyHttpProxy(server.endpoint)
    await createBucket(options())
    database = await startServer(17, { settings: { autovacuum: 'off' } })
    await database.createDatabase('shop')
    await database.query(
      `CREATE TABLE large AS SELECT i AS id, md5(i::text) || md5((-i)::text) AS note FROM generate_series(1, 300000) i;
     CREATE TABLE small AS SELECT i AS id FROM generate_series(1, 10) i;
     CREATE TABLE other AS SELECT i AS id FROM generate_series(1, 100) i;
     SELECT lo_from_bytea(4711, decode(repeat('00ff', 9000), 'hex'))`,
      'shop',
    )
  }, startupMs)
  afterAll(async () => {
    await database?.stop()
    await proxy?.stop()
    await server?.stop()
  })

  const options = () => optionsFor(proxy.url, 'shop', { credentials: server })

  test.each([
    { format: 'directory', chunkSizeBytes: 4 * 1024 * 1024, jobs: 2 },
    { format: 'custom' },
    { format: 'plain' },
  ])('$format: backed up, listed, verified and restored', async (how) => {
    const engine = postgres(database.url('shop'))
    const place = s3(options())
    const { id, manifest } = await backup({ engine, to: place, ...how })
    expect(await unfinishedIn(options())).toEqual([])
    const listed = await list(place)
    expect(listed.map(({ key }) => key)).toContain(id)
    expect(manifest?.format).toBe(how.format)

    const verified = await verify({ engine, from: place, id })
    expect(verified.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    await restore({ engine: postgres(database.url(how.format)), from: place, id, createDatabase: true })
    expect((await compareDatabases(database, 'shop', how.format)).differences).toEqual([])
    await place.close()
  })

  test('one table of a backup is restored by reading what it takes', async () => {
    const engine = postgres(database.url('shop'))
    const place = s3(options())
    const { id } = await backup({ engine, to: place, format: 'directory', name: 'single' })
    const before = proxy.requests.length
    await restore({
      engine: postgres(database.url('single')),
      from: place,
      id,
      createDatabase: true,
      tables: ['public.small'],
      proof: false,
    })
    const read = proxy.requests.slice(before).filter(({ method }) => method === 'GET')
    const names = read.map(({ path }) => path.replace(/\?.*/, '').replace('/shop/backups/', '').replace(id, 'id'))
    expect(names.sort()).toEqual([
      'id.json',
      expect.stringMatching(/^id\/\d+\.dat\.zst$/),
      'id/contents.json',
      'id/toc.dat',
    ])
    const { rows } = await database.query('SELECT count(*)::int AS rows FROM small', 'single')
    expect(rows).toEqual([{ rows: 10 }])
    await place.close()
  })
})
