import type { Contents, Manifest, Requirements, RestoreOptions, RunEvent } from '@pgark/core'
import { editManifest, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, prepare, type Run } from '../snapshot/run-backup.ts'
import { rejection, type Target, targetAt, targetWith } from './target.ts'

const roles = ['Keeper', 'visitor', 'p,olicy', 'blobs', 'blob_reader']
const demanding = `
  CREATE EXTENSION adminpack;
  CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x'); CREATE DOMAIN app.age AS int;
  CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1); ALTER TABLE items OWNER TO "Keeper";
  CREATE TABLE app.far (x int) TABLESPACE far; CREATE VIEW app.seen AS SELECT id FROM items; CREATE SEQUENCE app.counter;
  GRANT SELECT ON items TO visitor; CREATE POLICY own ON app.far TO "p,olicy" USING (true);
  SELECT lo_create(1); ALTER LARGE OBJECT 1 OWNER TO blobs; GRANT SELECT ON LARGE OBJECT 1 TO blob_reader`

let source: TestServer
let server: TestServer
beforeAll(async () => {
  // The files of adminpack are in 16, and not in 17 any more.
  const settings = { allow_in_place_tablespaces: 'on' }
  ;[source, server] = await Promise.all([startServer(16, { settings }), startServer(17, { settings })])
  await source.query("CREATE TABLESPACE far LOCATION ''")
  for (const role of [...roles, 'shared']) await source.query(`CREATE ROLE "${role}"`)
  await server.query('CREATE ROLE plain LOGIN; CREATE ROLE shared')
})
afterAll(() => Promise.all([source.stop(), server.stop()]))

async function stored(sql: string, run: Run = {}, on = source): Promise<string> {
  const { start, location } = await prepare(on, await databaseWith(on, sql), run)
  await start()
  return location
}

/** What a restore is refused with, in earnest and as a dry run: before its first statement, with nothing changed. */
async function refusal(target: Target, from: string, options: Partial<RestoreOptions> = {}): Promise<Error> {
  const before = await target.objects()
  const phases: string[] = []
  const onEvent = (event: RunEvent) => event.type === 'phase' && phases.push(event.name)
  const error = (await rejection(target.restore(from, { ...options, onEvent }))) as Error
  expect(phases).not.toContain('restore')
  expect(await target.objects()).toEqual(before)
  expect(await rejection(target.restore(from, { ...options, dryRun: true }))).toMatchObject({ message: error.message })
  return error
}

test('all that is missing or in the way, at once; what is left out of the restore may be missing', async () => {
  const from = await stored(demanding)
  const existing =
    "CREATE SCHEMA app; CREATE TABLE app.seen (x int); CREATE TYPE app.mood AS ENUM ('y'); CREATE TABLE fine (x int)"
  const target = await targetWith(server, existing)
  const lines = async (options?: Partial<RestoreOptions>) => (await refusal(target, from, options)).message.split('\n')
  const inTheWay = `app.mood, app.seen, the schema app: already in ${target.database}; nothing was changed.`
  const extension = 'The target server has no files of the extensions: adminpack.'
  const tablespace = 'The target server has no tablespaces of the names: far.'
  const noRoles = (names: string) => `The target server has no roles of the names: ${names}.`

  const error = await refusal(target, from)
  expect(error).toMatchObject({ code: 'REFUSED.TARGET', hint: expect.stringContaining('CREATE TABLESPACE') })
  expect(error.message.split('\n')).toEqual([
    extension,
    noRoles('Keeper, blob_reader, blobs, p,olicy, visitor'),
    tablespace,
    inTheWay,
  ])
  expect(await lines({ noOwner: true })).toContain(noRoles('blob_reader, blobs, p,olicy, visitor'))
  expect(await lines({ noPrivileges: true })).toContain(noRoles('Keeper, blobs, p,olicy'))
  expect(await lines({ schemaOnly: true, noPrivileges: true })).toContain(noRoles('Keeper, p,olicy'))
  // Of rows alone nothing is required but what large objects name.
  expect(await refusal(target, from, { dataOnly: true })).toMatchObject({
    code: 'REFUSED.ROLE',
    message: noRoles('blob_reader, blobs'),
  })
  // A new database has nothing in the way; it is not even created.
  const created = targetAt(server, 'never_made')
  const refused = await rejection(created.restore(from, { createDatabase: true }))
  expect((refused as Error).message.split('\n')).toEqual([extension, expect.stringMatching('no roles'), tablespace])
  const found = await server.query("SELECT FROM pg_database WHERE datname = 'never_made'")
  expect(found.rowCount).toBe(0)

  // The oracle: with all of it there, the same file is restored.
  const restored = targetAt(source, 'restored')
  expect(await restored.restore(from, { createDatabase: true })).toMatchObject({ rows: 1, findings: [] })
})

test('of an archive that several connections restore too, each with a remedy', async () => {
  const collated = `${demanding}; CREATE COLLATION app.numeric (provider = icu, locale = 'en-u-kn');
    CREATE TABLE kept (x text COLLATE app.numeric) TABLESPACE far`
  const from = await stored(collated, { format: 'custom', excludeSchemas: ['app'] })
  const target = await targetWith(server, 'CREATE TABLE items (x int)')
  const error = await rejection(target.restore(from))
  expect(error).toMatchObject({ code: 'REFUSED.TARGET' })
  const { problems } = (error as { meta: { problems: { code: string; hint: string }[] } }).meta
  expect(problems.map(({ code, hint }) => [code, /\w/.test(hint)])).toEqual([
    ['REFUSED.EXTENSION', true],
    ['REFUSED.ROLE', true],
    ['REFUSED.TABLESPACE', true],
    ['REFUSED.COLLATION', true],
    ['REFUSED.EXISTS', true],
  ])
  expect(await target.objects()).toEqual(['items'])
})

test('a backup without owners and privileges needs no roles for them', async () => {
  const from = await stored(
    'CREATE TABLE items (id int); ALTER TABLE items OWNER TO "Keeper"; GRANT SELECT ON items TO visitor',
    { noOwner: true, noPrivileges: true },
  )
  await expect((await targetWith(server)).restore(from)).resolves.toMatchObject({ findings: [] })
})

test('a role that may not create, nor give to owners', async () => {
  const from = await stored(
    'CREATE SCHEMA app; CREATE TABLE app.a (x int); CREATE TABLE b (x int); ALTER TABLE b OWNER TO shared; ALTER TABLE app.a OWNER TO shared',
  )
  const target = await targetWith(server, 'SELECT 1', { user: 'plain' })
  expect((await refusal(target, from)).message.split('\n')).toEqual([
    'The role plain may not give anything to the owners: postgres, shared.',
    `The role plain may not create schemas or extensions in the database ${target.database}.`,
    'The role plain may not create anything in the schemas: public.',
  ])
  await target.query(`GRANT CREATE ON DATABASE "${target.database}" TO plain; GRANT CREATE ON SCHEMA public TO plain`)
  expect((await refusal(target, from)).message).toMatch(
    /^The role plain may not give anything to the owners: postgres, shared\.$/,
  )
  await expect(target.restore(from, { noOwner: true })).resolves.toMatchObject({ findings: [] })

  // It is the role that restores which counts.
  const other = await targetWith(server)
  expect(await refusal(other, from, { role: 'plain' })).toMatchObject({ code: 'REFUSED.TARGET' })
  const creating = targetAt(server, 'by_plain', { user: 'plain' })
  expect(await rejection(creating.restore(from, { createDatabase: true }))).toMatchObject({
    code: 'REFUSED.CREATE',
    message: 'The role plain may not create databases.',
  })
})

test('a tablespace in which the role may create nothing', async () => {
  await server.query("CREATE TABLESPACE near LOCATION ''; ").catch(() => {})
  await source.query("CREATE TABLESPACE near LOCATION ''")
  const from = await stored('CREATE TABLE a (x int) TABLESPACE near')
  const target = await targetWith(server, 'GRANT CREATE ON SCHEMA public TO plain', { user: 'plain' })
  expect(await refusal(target, from, { noOwner: true })).toMatchObject({
    code: 'REFUSED.TABLESPACE',
    message: 'The role that restores may not create anything in the tablespaces: near.',
  })
  await server.query('GRANT CREATE ON TABLESPACE near TO plain')
  await expect(target.restore(from, { noOwner: true })).resolves.toMatchObject({ findings: [] })
})

test('collations and schemas that a backup of single tables takes for granted', async () => {
  const sql = `
    CREATE SCHEMA app; CREATE COLLATION app.numeric (provider = icu, locale = 'en-u-kn');
    CREATE TABLE app.a (x text COLLATE app.numeric, y text COLLATE "C", z text COLLATE "de-x-icu")`
  const part = await stored(sql, { tables: ['app.a'] })
  const target = await targetWith(server)
  expect((await refusal(target, part)).message.split('\n')).toEqual([
    `${target.database} has no collations of the names: app.numeric.`,
    `${target.database} has no schemas of the names: app; the backup does not create them.`,
  ])
  await target.query("CREATE SCHEMA app; CREATE COLLATION app.numeric (provider = icu, locale = 'en-u-kn')")
  await expect(target.restore(part)).resolves.toMatchObject({ findings: [] })
  await expect((await targetWith(server)).restore(await stored(sql))).resolves.toMatchObject({ findings: [] })
})

test('another version of ICU is told, and an older server; no ICU is refused', async () => {
  const from = await stored('CREATE TABLE a (x text COLLATE "de-x-icu")', {}, server)
  const warnings = async (target: Target) => {
    const told: RunEvent[] = []
    await target.restore(from, { onEvent: (event) => event.type === 'warning' && told.push(event) })
    return told
  }
  const older = expect.objectContaining({
    code: 'RESTORE.OLDER_SERVER',
    message: expect.stringMatching(/^The backup is of PostgreSQL 17\.\d+, the target is 16\.\d+: /),
  })
  expect(await warnings(await targetWith(source))).toEqual([older])
  expect(await warnings(await targetWith(server))).toEqual([])

  await withRequirements(from, { icuVersion: '999.1' })
  expect(await warnings(await targetWith(server))).toEqual([
    expect.objectContaining({ code: 'RESTORE.COLLATION_VERSION', message: expect.stringContaining('ICU 999.1') }),
  ])
  const without = await targetWith(server, "DELETE FROM pg_collation WHERE collprovider = 'i'")
  expect(await refusal(without, from)).toMatchObject({
    code: 'REFUSED.COLLATION',
    message: expect.stringContaining('pg_catalog.de-x-icu'),
  })
})

test('names in another encoding', async () => {
  await source.createDatabase('latin1', "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
  // A role's name is in the encoding of the database that it was created in.
  await source.query(
    'CREATE ROLE "händler"; CREATE TABLE "täbelle" (x int); ALTER TABLE "täbelle" OWNER TO "händler"',
    'latin1',
  )
  const { start, location } = await prepare(source, 'latin1')
  await start()
  const target = await targetWith(server, 'CREATE TABLE "täbelle" (x int)')
  expect((await refusal(target, location)).message).toBe(
    `The target server has no roles of the names: händler.\npublic.täbelle: already in ${target.database}; nothing was changed.`,
  )
})

test('a user mapping for everybody needs no role, and an older backup that notes one is restored', async () => {
  const mapped = 'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR '
  const mappings = "SELECT usename FROM pg_user_mappings WHERE srvname = 'far'"
  for (const format of ['plain', 'custom'] as const) {
    const from = await stored(`${mapped} PUBLIC SERVER far`, { format })
    const target = await targetWith(server)
    await target.restore(from)
    expect(await target.query(mappings)).toEqual([{ usename: 'public' }])
  }
  const from = await stored(`${mapped} PUBLIC SERVER far`)
  await withRequirements(from, { roles: [{ name: 'public', use: 'definition', isOfLargeObject: false }] })
  const target = await targetWith(server)
  await target.restore(from)
  expect(await target.query(mappings)).toEqual([{ usename: 'public' }])
  const missing = await stored(`${mapped} "Keeper" SERVER far`)
  expect(await refusal(await targetWith(server), missing)).toMatchObject({ code: 'REFUSED.ROLE' })
})

test('a standby', async () => {
  const standby = await startServer(16, { standby: true })
  try {
    const from = await stored('CREATE TABLE a (x int)')
    expect(await refusal(targetAt(standby, 'postgres'), from)).toMatchObject({ code: 'REFUSED.STANDBY' })
  } finally {
    await standby.stop()
  }
})

test('what a backup did not note fails on the way, and leaves nothing', async () => {
  for (const [sql, message, hint] of [
    ['CREATE TABLE a (x int); ALTER TABLE a OWNER TO "Keeper"', 'role "Keeper" does not exist (42704)', '--no-owner'],
    [
      'CREATE TABLE a (x int) TABLESPACE far',
      'SET default_tablespace failed, everything was rolled back',
      'tablespace',
    ],
    ['CREATE EXTENSION adminpack', 'adminpack', 'install the extension'],
  ] as const) {
    const from = await stored(sql)
    await withRequirements(from, undefined)
    const target = await targetWith(server)
    expect(await rejection(target.restore(from))).toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
    expect(await target.objects()).toEqual([])
  }
})

/** Gives a file another manifest. */
async function withRequirements(from: string, change: Partial<Requirements> | undefined): Promise<void> {
  await editManifest(`${from}.json`, (manifest: Manifest) => {
    const contents = manifest.contents as Contents
    const requirements = change && { ...contents.requirements, ...change }
    return { ...manifest, contents: { ...contents, requirements } }
  })
}
