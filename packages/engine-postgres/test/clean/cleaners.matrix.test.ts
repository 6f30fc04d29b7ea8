import { access, readdir } from 'node:fs/promises'
import path from 'node:path'
import {
  type BackupOptions,
  backup,
  type Cleaner,
  type Definition,
  file,
  planBackup,
  restore,
  verify,
} from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'

const schema = `
  CREATE SCHEMA shop;
  CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE shop.customers (id int PRIMARY KEY, name text);
  CREATE TABLE shop.orders (id serial PRIMARY KEY, customer int REFERENCES shop.customers, note text DEFAULT 'größe');
  CREATE INDEX orders_note ON shop.orders (note);
  CREATE TABLE shop.audit (id serial PRIMARY KEY, what text);
  CREATE INDEX audit_what ON shop.audit (what);
  COMMENT ON TABLE shop.audit IS 'who did what'; COMMENT ON INDEX shop.audit_what IS 'for looking up';
  GRANT SELECT ON shop.audit TO PUBLIC;
  ALTER TABLE shop.audit ENABLE ROW LEVEL SECURITY; CREATE POLICY everyone ON shop.audit USING (true);
  CREATE TRIGGER audit_touch BEFORE UPDATE ON shop.audit FOR EACH ROW EXECUTE FUNCTION shop.touch();
  CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
  COMMENT ON TRIGGER touch ON shop.orders IS 'touched';
  INSERT INTO shop.customers VALUES (1, 'one'); INSERT INTO shop.orders (customer) VALUES (1), (1);
  INSERT INTO shop.audit (what) SELECT 'row ' || n FROM generate_series(1, 500) n;`
const formats = ['plain', 'custom', 'directory']
/** A file's name, or a folder that backups have theirs in. */
const names: Readonly<Record<string, string>> = { plain: 'shop.sql', custom: 'shop.dump', directory: '' }

/** What a third party might write. */
const cleaner = (name: string, clean: Cleaner['clean'], more: Partial<Cleaner> = {}): Cleaner => ({
  specVersion: 1,
  name,
  clean,
  ...more,
})
const without = (name: string, isOut: (definition: Definition) => boolean) =>
  cleaner(name, (definition) => (isOut(definition) ? undefined : definition))

const noTriggers = without('no-triggers', ({ kind }) => kind === 'TRIGGER')
const noAudit = without('no-audit', ({ kind, name }) => kind === 'TABLE' && name === 'audit')
const noCustomers = without('no-customers', ({ kind, name }) => kind === 'TABLE' && name === 'customers')

const defaultSql = `
  SELECT pg_get_expr(adbin, adrelid) AS default FROM pg_attrdef WHERE adrelid = 'shop.orders'::regclass AND adnum = 3`

let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
afterAll(() => server.stop())

async function backUp(format: string, cleaners: readonly Cleaner[], more: Partial<BackupOptions> = {}) {
  const folder = await temporaryFolder()
  const to = file(path.join(folder, names[format] ?? ''))
  const result = await backup({ engine: engineFor(server, 'shop'), to, format, cleaners, ...more })
  return { ...result, folder, from: format === 'directory' ? { from: to, id: result.id } : { from: to } }
}

async function restored(from: Pick<Parameters<typeof restore>[0], 'from' | 'id'>): Promise<string> {
  const database = `restored ${++count}`
  const { findings } = await restore({ engine: engineFor(server, database), createDatabase: true, ...from })
  expect(findings).toEqual([])
  return database
}

/** A copy of the source, made by the server, after those statements. */
async function expected(sql: string): Promise<string> {
  const database = `expected ${++count}`
  await server.createDatabase(database, 'TEMPLATE shop')
  await server.query(sql, database)
  return database
}

async function differences(database: string, from: Pick<Parameters<typeof verify>[0], 'from' | 'id'>) {
  const engine = engineFor(server, database)
  const { findings } = await verify({ engine, against: true, definitions: true, proof: false, ...from })
  return findings.map(({ message }) => message)
}

describe.each(formats)('%s', (format) => {
  test('a cleaner that drops every trigger', async () => {
    const { from } = await backUp(format, [noTriggers])
    const oracle = await expected('DROP TRIGGER touch ON shop.orders; DROP TRIGGER audit_touch ON shop.audit')
    const database = await restored(from)
    expect(await definitionsOf(server, database)).toEqual(await definitionsOf(server, oracle))
    if (format === 'plain') return
    // What was left out is no difference, neither from what was backed up nor from what was restored; what came since is.
    expect(await differences('shop', from)).toEqual([])
    expect(await differences(database, from)).toEqual([])
    const later = await expected(
      'CREATE TRIGGER later BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch()',
    )
    expect(await differences(later, from)).toEqual(['TRIGGER shop.orders later is there, the backup has no such.'])
  })

  test('a table is left out with its rows and all that belongs to it', async () => {
    const { from, tables, folder, id } = await backUp(format, [noAudit])
    const oracle = await expected('DROP TABLE shop.audit')
    const database = await restored(from)
    expect(await definitionsOf(server, database)).toEqual(await definitionsOf(server, oracle))
    expect(tables.map(({ name }) => name).sort()).toEqual(['customers', 'orders'])
    expect((await server.query('SELECT count(*)::int AS n FROM shop.orders', database)).rows).toEqual([{ n: 2 }])
    if (format !== 'directory') return
    expect((await readdir(path.join(folder, id))).filter((name) => /\.dat/.test(name)).length).toBe(3)
    expect(await differences('shop', from)).toEqual([])
  })

  test('cleaners change definitions one after the other', async () => {
    const once = cleaner('once', (given) => ({ ...given, sql: given.sql.replaceAll('größe', 'größer') }))
    const twice = cleaner('twice', async (given) => ({ ...given, sql: given.sql.replaceAll('größer', 'am größten') }))
    // In both, the letters are those that a cleaner sees.
    const { from } = await backUp(format, [once, twice], { encoding: format === 'plain' ? 'UTF8' : 'LATIN1' })
    const database = await restored(from)
    const { rows } = await server.query(defaultSql, database)
    expect(rows).toEqual([{ default: "'am größten'::text" }])
    if (format === 'plain') return
    expect(await differences('shop', from)).toEqual([])
    expect(await differences(database, from)).toEqual([])
    const third = await expected("ALTER TABLE shop.orders ALTER note SET DEFAULT 'größer'")
    expect(await differences(third, from)).toEqual(['TABLE shop.orders has another definition than in the backup.'])
  })

  test('what others need cannot be left out, and nothing is left of the backup', async () => {
    const folder = await temporaryFolder()
    const options = { engine: engineFor(server, 'shop'), format, cleaners: [noCustomers] }
    const to = file(path.join(folder, names[format] || 'backups'))
    const error = {
      code: 'REFUSED.CLEAN',
      message:
        'FK CONSTRAINT shop.orders orders_customer_fkey needs TABLE shop.customers, which the cleaner no-customers left out.\n' +
        'FK CONSTRAINT shop.orders orders_customer_fkey needs CONSTRAINT shop.customers customers_pkey, which the cleaner no-customers left out.',
    }
    await expect(backup({ ...options, to })).rejects.toMatchObject(error)
    expect(await readdir(folder)).toEqual([])
    await expect(planBackup({ ...options, to })).rejects.toMatchObject(error)
  })
})

test('what is needed for several reasons is told once', async () => {
  await server.createDatabase('needs')
  await server.query('CREATE TABLE t (a int, b int, c int); CREATE VIEW v AS SELECT a, b, c FROM t', 'needs')
  const noT = without('no-t', ({ kind, name }) => kind === 'TABLE' && name === 't')
  const to = file(path.join(await temporaryFolder(), 'needs.sql'))
  await expect(backup({ engine: engineFor(server, 'needs'), to, cleaners: [noT] })).rejects.toMatchObject({
    code: 'REFUSED.CLEAN',
    message: 'VIEW public.v needs TABLE public.t, which the cleaner no-t left out.',
  })
})

test('spaces and comments are no change, also of rights that others have given', async () => {
  await server.createDatabase('rights')
  await server.query(
    `CREATE ROLE giver; CREATE ROLE taker; CREATE TABLE t (a int);
     GRANT SELECT ON t TO giver WITH GRANT OPTION; SET ROLE giver; GRANT SELECT ON t TO taker; RESET ROLE;
     CREATE VIEW v AS SELECT a FROM t; GRANT SELECT, DELETE ON v TO taker, giver`,
    'rights',
  )
  const tidy = cleaner('tidy', (given) => ({ ...given, sql: `-- tidy\n\n${given.sql.trimEnd()}` }), { keepsAll: true })
  const to = file(await temporaryFolder())
  const engine = engineFor(server, 'rights')
  const { id } = await backup({ engine, to, format: 'directory', cleaners: [tidy] })
  expect(await differences('rights', { from: to, id })).toEqual([])
  expect(await differences(await restored({ from: to, id }), { from: to, id })).toEqual([])
})

test('an extension cannot be left out where rows of its own tables stay, or what uses it', async () => {
  const database = 'extended'
  await server.createDatabase(database)
  // As an extension's script does with its configuration tables.
  await server.query(
    `CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.settings (name text); INSERT INTO tools.settings VALUES ('own');
     ALTER EXTENSION hstore ADD TABLE tools.settings;
     UPDATE pg_extension SET extconfig = ARRAY['tools.settings'::regclass::oid], extcondition = ARRAY[''] WHERE extname = 'hstore'`,
    database,
  )
  const engine = engineFor(server, database)
  const noExtensions = without('no-extensions', ({ kind }) => kind === 'EXTENSION')
  const folder = await temporaryFolder()
  const leavingOut = (more: Partial<BackupOptions> = {}) =>
    backup({ engine, to: file(path.join(folder, 'backups')), cleaners: [noExtensions], format: 'directory', ...more })
  await expect(leavingOut()).rejects.toMatchObject({
    code: 'REFUSED.CLEAN',
    message:
      'The cleaner no-extensions left out EXTENSION hstore, and rows of tables of extensions are in the backup, such as tools.settings.',
  })
  await expect(leavingOut({ format: 'custom', to: file(path.join(folder, 'x.dump')) })).rejects.toMatchObject({
    code: 'REFUSED.CLEAN',
  })
  expect(await readdir(folder)).toEqual([])
  // Without its rows nothing needs it.
  const { tables, id } = await leavingOut({ excludeTableData: ['tools.settings'] })
  expect(tables).toEqual([])
  const restoredTo = await restored({ from: file(path.join(folder, 'backups')), id })
  expect((await server.query("SELECT FROM pg_extension WHERE extname = 'hstore'", restoredTo)).rows).toEqual([])
  await server.query('CREATE TABLE tools.pairs (of tools.hstore)', database)
  await expect(leavingOut({ excludeTableData: ['tools.settings'] })).rejects.toMatchObject({
    code: 'REFUSED.CLEAN',
    message: expect.stringContaining(
      'TABLE tools.pairs needs EXTENSION hstore, which the cleaner no-extensions left out.',
    ),
  })
})

test('a plan has the tables that would be read', async () => {
  const to = file(path.join(await temporaryFolder(), 'shop.sql'))
  const plan = await planBackup({ engine: engineFor(server, 'shop'), to, cleaners: [noAudit] })
  expect(plan.tables.map(({ name }) => name)).toEqual(['customers', 'orders'])
})

test.each<[string, Cleaner, string]>([
  [
    'makes another object of one',
    cleaner('other', (given) => (given.name === 'audit' ? { ...given, name: 'log' } : given)),
    'The cleaner other was given TABLE shop.audit, and made another object of it.',
  ],
  [
    'moves one to another schema',
    cleaner('mover', ({ schema: _, ...given }) => given),
    'The cleaner mover was given FUNCTION shop.touch(), and made another object of it.',
  ],
  [
    'leaves one out against its word',
    { ...noTriggers, keepsAll: true },
    'The cleaner no-triggers was given TRIGGER shop.audit audit_touch, and leaves it out, though it says that it keeps everything.',
  ],
  [
    'gives back nothing of use',
    cleaner('void', () => ({}) as Definition),
    'The cleaner void was given SCHEMA shop, and gave back what is no definition.',
  ],
  [
    'throws',
    cleaner('broken', ({ kind }) => {
      if (kind === 'POLICY') throw new TypeError('of its own')
      return undefined
    }),
    'The cleaner broken failed on POLICY shop.audit everyone.',
  ],
])('a cleaner that %s', async (_, bad, message) => {
  const target = path.join(await temporaryFolder(), 'shop.sql')
  const running = backup({ engine: engineFor(server, 'shop'), to: file(target), cleaners: [bad] })
  await expect(running).rejects.toMatchObject({ code: 'REFUSED.CLEAN', message })
  await expect(access(target)).rejects.toThrow()
})
