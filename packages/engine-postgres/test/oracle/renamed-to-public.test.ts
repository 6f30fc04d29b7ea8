import path from 'node:path'
import { backup, file, type RestoreOptions } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor } from '../snapshot/run-backup.ts'
import { restoreInto, temporaryFolder } from '../support/round-trip.ts'
import { stockFor } from '../support/stock.ts'

const inSchema = `
  CREATE TABLE papers (id serial PRIMARY KEY, previous integer REFERENCES papers, note text DEFAULT 'x');
  CREATE VIEW long AS SELECT id FROM papers; INSERT INTO papers DEFAULT VALUES; INSERT INTO papers DEFAULT VALUES`
const staging = `
  CREATE SCHEMA staging AUTHORIZATION keeper; COMMENT ON SCHEMA staging IS 'of papers'; GRANT USAGE ON SCHEMA staging TO visitor;
  SET search_path = staging; ${inSchema}`

/** What pg_restore 18 sets by itself, and older servers do not know. */
const isNotOfClient = (error: string) => !/unrecognized configuration parameter "transaction_timeout"/.test(error)

describe.each([13, 18] as const)('renamed to public, PostgreSQL %i', (major) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(major)
    await server.query('CREATE ROLE keeper; CREATE ROLE visitor')
  })
  afterAll(() => server.stop())

  const rowsOf = async (database: string) =>
    (await server.query('SELECT id FROM public.long ORDER BY id', database)).rows.map(({ id }) => id)
  const aboutPublic = async (database: string) => {
    const { rows } = await server.query(
      `SELECT obj_description(oid) AS comment, nspowner::regrole::text AS owner, array_to_string(nspacl, ' ') ~ 'visitor=U/' AS granted
       FROM pg_namespace WHERE nspname = 'public'`,
      database,
    )
    return rows[0]
  }

  test.each(['plain', 'custom', 'directory'])('a %s backup, which stock programs restore', async (format) => {
    const stock = stockFor(server, 18)
    const source = await databaseWith(server, staging)
    const folder = await temporaryFolder()
    const target = format === 'directory' ? folder : path.join(folder, format === 'plain' ? 'a.sql' : 'a.dump')
    const { location, id } = await backup({
      ...{ engine: engineFor(server, source), to: file(target), renameSchemas: { staging: 'public' } },
      ...(format === 'directory' && { format }),
    })
    const empty = await databaseWith(server, 'SELECT 1')
    const before = await aboutPublic(empty)
    const read = format === 'directory' ? path.join(folder, id) : location
    const errors = format === 'plain' ? await stock.script(empty, target) : await stock.restore([read], empty)
    expect(errors.filter(isNotOfClient)).toEqual([])
    expect(await rowsOf(empty)).toEqual([1, 2])
    expect(await aboutPublic(empty)).toEqual({ comment: 'of papers', owner: before?.owner, granted: true })

    const ours = await databaseWith(server, 'SELECT 1')
    const from = format === 'directory' ? { from: folder, id } : { from: target, id: undefined }
    const { findings } = await restoreInto(server, ours, from.from, {
      ...(from.id && { id: from.id }),
      createDatabase: false,
      definitions: format !== 'plain',
    })
    expect(findings).toEqual([])
    expect(await stock.definitions(ours)).toBe(await stock.definitions(empty))
  })

  test.each([
    { options: {} },
    { options: { schemas: ['staging'] } },
    { options: { singleTransaction: true } },
    { options: { createDatabase: true } },
  ])('an archive of pg_dump, with $options', async ({ options }: { options: Partial<RestoreOptions> }) => {
    const stock = stockFor(server)
    const source = await databaseWith(server, staging)
    const archive = path.join(await temporaryFolder(), 'a.dump')
    await stock.dump(source, archive, '--format=custom')
    const target = options.createDatabase ? `${source}_new` : await databaseWith(server, 'SELECT 1')
    const renameSchemas = { staging: 'public' }
    const dry = options.createDatabase ? undefined : { dryRun: true }
    if (dry) await restoreInto(server, target, archive, { createDatabase: false, renameSchemas, ...dry, ...options })
    const { findings } = await restoreInto(server, target, archive, {
      createDatabase: false,
      renameSchemas,
      ...options,
    })
    expect(findings).toEqual([])
    expect(await rowsOf(target)).toEqual([1, 2])
    expect(await aboutPublic(target)).toMatchObject({ comment: 'of papers', granted: true })
  })

  test('there and back again', async () => {
    const stock = stockFor(server, 18)
    const source = await databaseWith(server, inSchema)
    const folder = await temporaryFolder()
    const [there, back] = ['there.dump', 'back.dump'].map((name) => path.join(folder, name)) as [string, string]
    await backup({ engine: engineFor(server, source), to: file(there), renameSchemas: { public: 'staging' } })
    const between = await databaseWith(server, 'SELECT 1')
    await restoreInto(server, between, there, { createDatabase: false })
    await backup({ engine: engineFor(server, between), to: file(back), renameSchemas: { staging: 'public' } })
    const [restored, byStock] = [await databaseWith(server, 'SELECT 1'), await databaseWith(server, 'SELECT 1')]
    await restoreInto(server, restored, back, { createDatabase: false })
    expect((await stock.restore([back], byStock)).filter(isNotOfClient)).toEqual([])
    const definitions = await stock.definitions(source)
    expect(await stock.definitions(restored)).toBe(definitions)
    expect(await stock.definitions(byStock)).toBe(definitions)
    expect(await rowsOf(restored)).toEqual([1, 2])
  })
})
