import { createReadStream } from 'node:fs'
import type { RestoreOptions } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, prepare, type Run } from '../snapshot/run-backup.ts'
import { dumpOf, streamOf, targetAt, targetWith } from './target.ts'

const schema = `
  CREATE TABLE here (id serial PRIMARY KEY, note text); CREATE INDEX here_note ON here (note); CREATE INDEX far_note ON here (note) TABLESPACE far;
  CREATE TABLE away (id int PRIMARY KEY USING INDEX TABLESPACE far, x int UNIQUE) TABLESPACE far; CREATE INDEX ON away (x, id);
  CREATE TABLE parted (id int, PRIMARY KEY (id)) PARTITION BY RANGE (id) TABLESPACE far;
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
  CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) TABLESPACE pg_default;
  CREATE MATERIALIZED VIEW seen TABLESPACE far AS SELECT count(*) FROM here;
  INSERT INTO here (note) VALUES ('a'), ('b'); INSERT INTO parted VALUES (1), (11)`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { allow_in_place_tablespaces: 'on' } })
  for (const name of ['far', 'fast']) await server.query(`CREATE TABLESPACE ${name} LOCATION ''`)
  await server.query('CREATE ROLE plain LOGIN')
})
afterAll(() => server.stop())

async function stored(run: Run): Promise<{ location: string; which: { id?: string } }> {
  const { start, location } = await prepare(server, await databaseWith(server, schema), run)
  const { id } = await start()
  return { location, which: run.format === 'directory' ? { id } : {} }
}
/** What lies where; nothing for the tablespace of the database, in which PostgreSQL keeps all sequences. */
const placesSql = `
  SELECT coalesce(spcname, '') AS place, count(*)::int AS things, string_agg(DISTINCT relkind::text, '' ORDER BY relkind::text) AS kinds
  FROM pg_class c LEFT JOIN pg_tablespace t ON t.oid = reltablespace
  WHERE c.oid >= 16384 AND relkind NOT IN ('v', 'S') GROUP BY 1 ORDER BY 1`

describe('everything goes to one tablespace', () => {
  const ways: [name: string, run: Run, options: Partial<RestoreOptions>][] = [
    ['a folder by several connections', { format: 'directory' }, { jobs: 3 }],
    ['a custom archive in one transaction', { format: 'custom' }, { singleTransaction: true }],
    ['entries that may fail', { format: 'custom' }, { singleTransaction: true, allow: ['table:*'] }],
    ['a plain dump', { format: 'plain' }, {}],
  ]
  test.each(ways)('%s', async (_, run, options) => {
    const { location, which } = await stored(run)
    const asItWas = await targetWith(server)
    await asItWas.restore(location, { ...which, ...options })
    const before = await asItWas.query(placesSql)
    expect(before.map(({ place }) => place)).toEqual(['', 'far'])
    const things = before.reduce((sum, each) => sum + Number(each.things), 0)
    const places = { fast: 'fast', pg_default: '' }
    for (const [tablespace, place] of Object.entries(places)) {
      const target = await targetWith(server)
      const { findings } = await target.restore(location, { ...which, ...options, tablespace })
      expect(findings).toEqual([])
      // Indexes, partitioned ones, materialised views, partitioned tables, tables, TOAST.
      expect(await target.query(placesSql)).toEqual([
        { place, things, kinds: expect.stringMatching(/^(?=.{6}$)[Iimprt]*$/) },
      ])
    }
  })

  test('the tablespaces of the backup need not be there', async () => {
    const other = await startServer(17, { settings: { allow_in_place_tablespaces: 'on' } })
    try {
      await other.query("CREATE TABLESPACE fast LOCATION ''")
      for (const format of ['custom', 'plain']) {
        const { location } = await stored({ format })
        const target = await targetWith(other)
        await target.restore(location, { tablespace: 'fast' })
        expect((await target.query(placesSql)).map(({ place }) => place)).toEqual(['fast'])
      }
    } finally {
      await other.stop()
    }
  })
})

describe('before the first statement', () => {
  test.each([{ format: 'directory' }, { format: 'plain' }])('no such tablespace: %j', async (run) => {
    const { location, which } = await stored(run)
    for (const options of [{}, { dryRun: true }, { createDatabase: true }]) {
      const target = 'createDatabase' in options ? targetAt(server, 'never_made') : await targetWith(server)
      await expect(target.restore(location, { ...which, ...options, tablespace: 'nowhere' })).rejects.toMatchObject({
        code: 'REFUSED.TABLESPACE',
        message: expect.stringContaining('nowhere'),
      })
      if (!('createDatabase' in options)) expect(await target.objects()).toEqual([])
    }
    expect((await server.query("SELECT FROM pg_database WHERE datname = 'never_made'")).rowCount).toBe(0)
  })

  test('one that is closed to the role, also where nothing is known of the backup', async () => {
    const script = dumpOf('CREATE TABLE public.t (x int);')
    const { location } = await stored({ format: 'custom' })
    for (const from of [streamOf(script), createReadStream(location)]) {
      const target = await targetWith(server, 'GRANT ALL ON SCHEMA public TO plain')
      const options = { role: 'plain', noOwner: true }
      await expect(target.restore(from, { ...options, tablespace: 'fast' })).rejects.toMatchObject({
        code: 'REFUSED.TABLESPACE',
        hint: expect.stringContaining('GRANT CREATE ON TABLESPACE'),
      })
      expect(await target.objects()).toEqual([])
      // The database's own is open to everyone.
      await target.restore(streamOf(script), { ...options, tablespace: 'pg_default' })
      expect(await target.objects()).toContain('t')
    }
  })
})
