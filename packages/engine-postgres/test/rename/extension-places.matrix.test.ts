import { backup, file } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetWith } from '../restore/target.ts'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const content = `
  CREATE SCHEMA e1; CREATE EXTENSION hstore SCHEMA e1;
  CREATE TABLE e1.papers (id serial PRIMARY KEY, tags e1.hstore); INSERT INTO e1.papers (tags) VALUES ('a=>1')`
const renameSchemas = { e1: 'e2' }

describe('an extension that is in another schema of the target', () => {
  let server: TestServer
  let source: string
  beforeAll(async () => {
    server = await startServer(16)
    source = await databaseWith(server, content)
  })
  afterAll(() => server.stop())

  const elsewhere = () => targetWith(server, 'CREATE SCHEMA e3; CREATE EXTENSION hstore SCHEMA e3')
  const refused = (message: string) => ({ code: 'REFUSED.EXTENSION', message: expect.stringContaining(message) })

  test.each([
    { format: 'plain', renames: {}, schema: 'e1' },
    { format: 'custom', renames: {}, schema: 'e1' },
    { format: 'plain', renames: { renameSchemas }, schema: 'e2' },
    { format: 'custom', renames: { renameSchemas }, schema: 'e2' },
  ])('is refused before anything runs: $format, renamed to $renames', async ({ format, renames, schema }) => {
    const location = await tempFolder()
    const { id } = await backup({ engine: engineFor(server, source), to: file(location), format, ...renames })
    const target = await elsewhere()
    const expected = refused(`hstore is in e3, not in ${schema}`)
    await expect(target.restore(location, { id, dryRun: true })).rejects.toMatchObject(expected)
    await expect(target.restore(location, { id })).rejects.toMatchObject(expected)
    expect(await target.query(`SELECT FROM pg_namespace WHERE nspname = '${schema}'`)).toEqual([])
    await target.query(`CREATE SCHEMA tmp; ALTER EXTENSION hstore SET SCHEMA tmp; ALTER SCHEMA tmp RENAME TO ${schema}`)
    await expect(target.restore(location, { id, onExisting: 'fail' })).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
  })

  test('is refused, or used, where it is renamed at restore', async () => {
    const location = `${await tempFolder()}/a.dump`
    await backup({ engine: engineFor(server, source), to: file(location) })
    const target = await elsewhere()
    const expected = refused('hstore is in the schema e3 of the target; what is renamed needs it in e1 or e2')
    await expect(target.restore(location, { renameSchemas, dryRun: true })).rejects.toMatchObject(expected)
    // Also where it is not in what is renamed.
    const used = `${await tempFolder()}/used.dump`
    const apart = `${content}; CREATE SCHEMA shop; CREATE TABLE shop.papers (tags e1.hstore)`
    await backup({ engine: engineFor(server, await databaseWith(server, apart)), to: file(used) })
    await expect(target.restore(used, { schemas: ['shop'], renameSchemas: { shop: 'copy' } })).rejects.toMatchObject(
      refused('hstore is in the schema e3 of the target; what is renamed needs it in e1.'),
    )
    const inPlace = await targetWith(server, 'CREATE EXTENSION hstore SCHEMA public')
    await inPlace.restore(location, { renameSchemas: { e1: 'public' } })
    expect(await inPlace.query("SELECT tags -> 'a' AS tag FROM public.papers")).toEqual([{ tag: '1' }])
  })

  test('is no matter where nothing is called by its schema', async () => {
    const foreign = `CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
      CREATE EXTENSION citext; CREATE TABLE plain (id serial PRIMARY KEY)`
    const location = `${await tempFolder()}/a.dump`
    await backup({ engine: engineFor(server, await databaseWith(server, foreign)), to: file(location) })
    const target = await targetWith(
      server,
      'CREATE SCHEMA e3; CREATE EXTENSION postgres_fdw SCHEMA e3; CREATE EXTENSION citext SCHEMA e3',
    )
    const { findings } = await target.restore(location)
    expect(findings).toEqual([])
  })
})
