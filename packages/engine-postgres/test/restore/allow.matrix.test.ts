import { createReadStream } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { file, isPgarkError, type RestoreOptions, type RunEvent } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, prepare, type Run } from '../snapshot/run-backup.ts'
import { rejection, type Target, targetAt, targetWith } from './target.ts'

/** Of each kind something that fails elsewhere, among what does not. */
const schema = `
  CREATE EXTENSION adminpack; COMMENT ON EXTENSION adminpack IS 'our own words';
  CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers SELECT generate_series(1, 3);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int CONSTRAINT "to Customer" REFERENCES customers, note text);
  CREATE INDEX ON orders (note);
  ALTER TABLE orders DISABLE TRIGGER ALL; INSERT INTO orders VALUES (1, 1), (2, 7777777); ALTER TABLE orders ENABLE TRIGGER ALL;
  CREATE TABLE checked (id int); INSERT INTO checked SELECT generate_series(-7777777, -7776000);
  ALTER TABLE checked ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
  UPDATE pg_constraint SET convalidated = true WHERE conname = 'positive';
  CREATE TABLE doubled (id int, x int); INSERT INTO doubled VALUES (7777777, 1); CREATE INDEX ON doubled (x);
  ALTER TABLE doubled ADD CONSTRAINT doubled_key UNIQUE (id); SET session_replication_role = replica;
  UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'doubled_key'::regclass;
  INSERT INTO doubled VALUES (7777777, 2); UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'doubled_key'::regclass;
  CREATE TABLE far (x int) TABLESPACE far; INSERT INTO far VALUES (1);
  CREATE TABLE kept (x int); GRANT SELECT ON kept TO visitor; INSERT INTO kept SELECT generate_series(1, 500);
  CREATE SEQUENCE counter; SELECT setval('counter', 42)`
const allow = [
  'EXTENSION:adminpack',
  'comment:*',
  'foreign-key:public.orders.*',
  'table-data:checked',
  'constraint:doubled.doubled_key',
  'table:public.far',
  'table-data:f?r',
  'acl:kept',
]

let source: TestServer
let server: TestServer
beforeAll(async () => {
  const settings = { allow_in_place_tablespaces: 'on', autovacuum: 'off' }
  // The files of adminpack are in 16, and not in 17 any more.
  ;[source, server] = await Promise.all([startServer(16, { settings }), startServer(17, { settings })])
  await source.query("CREATE TABLESPACE far LOCATION ''")
  await source.query('CREATE ROLE visitor')
})
afterAll(() => Promise.all([source.stop(), server.stop()]))

async function stored(run: Run = {}): Promise<{ location: string; folder: string; id: string }> {
  const { start, location, folder } = await prepare(source, await databaseWith(source, schema), run)
  const { id } = await start()
  return { location, folder, id }
}
const allowedOf = (findings: readonly { code: string; message: string }[]) =>
  findings.filter(({ code }) => code === 'RESTORE.ALLOWED').map(({ message }) => message)

/** All is there but what was allowed to be missing, and nothing of that. */
async function expectTheRest(target: Target): Promise<void> {
  const facts = await target.query(`
    SELECT (SELECT count(*) FROM customers)::int AS customers, (SELECT count(*) FROM orders)::int AS orders,
           (SELECT count(*) FROM checked)::int AS checked, (SELECT count(*) FROM kept)::int AS kept,
           (SELECT last_value FROM counter)::int AS counter,
           (SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n') AS constraints,
           (SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'i') AS indexes,
           to_regclass('far') AS far, (SELECT count(*) FROM pg_class WHERE reltablespace <> 0 AND oid > 16384)::int AS elsewhere`)
  expect(facts).toEqual([
    {
      ...{ customers: 3, orders: 2, checked: 0, kept: 500, counter: 42, far: null, elsewhere: 0 },
      constraints: 'customers_pkey orders_pkey positive',
      indexes: 'customers_pkey doubled_x_idx orders_note_idx orders_pkey',
    },
  ])
}

describe('what is allowed to fail is told, and everything else is there', () => {
  const ways: [name: string, run: Run, options: Partial<RestoreOptions>][] = [
    ['a folder by four connections', { format: 'directory' }, { jobs: 4 }],
    ['a folder by one connection', { format: 'directory' }, { jobs: 1 }],
    ['a folder in one transaction', { format: 'directory' }, { singleTransaction: true }],
    ['a custom archive by several connections', { format: 'custom' }, {}],
    ['a custom archive in one transaction', { format: 'custom' }, { singleTransaction: true }],
  ]
  test.each(ways)('%s', async (_, run, options) => {
    const { location, id } = await stored(run)
    const target = await targetWith(server)
    const seen: RunEvent[] = []
    const onEvent = (event: RunEvent) => seen.push(event)
    const which = run.format === 'directory' ? { id } : {}
    const { findings, tables, rows } = await target.restore(location, { allow, ...which, ...options, onEvent })
    await expectTheRest(target)
    expect(findings.every(({ severity, isAllowed }) => severity === 'warning' && isAllowed)).toBe(true)
    const told = allowedOf(findings)
    expect(told).toEqual(findings.map(({ message }) => message))
    expect(told.toSorted()).toEqual([
      'Allowed: In ACL public.TABLE kept: GRANT public.kept failed, it was left out: role "visitor" does not exist (42704).',
      expect.stringMatching(/^Allowed: In COMMENT EXTENSION adminpack: COMMENT .*"adminpack" does not exist/),
      expect.stringMatching(/^Allowed: In CONSTRAINT public\.doubled doubled_key: ALTER TABLE .*\(23505\)/),
      expect.stringMatching(/^Allowed: In EXTENSION adminpack: .*"adminpack" is not available \(0A000\)/),
      expect.stringMatching(/^Allowed: In FK CONSTRAINT public\.orders to Customer: ALTER TABLE .*\(23503\)/),
      expect.stringMatching(/^Allowed: In TABLE DATA public\.far: COPY .*left out: .*42P01/),
      expect.stringMatching(/^Allowed: In TABLE public\.far: SET default_tablespace failed, it was left out/),
      expect.stringMatching(/^Allowed: In row 1 of TABLE DATA public\.checked: COPY .*\(23514\)/),
      'Allowed: public.checked has 0 rows, the backup has 1778.',
      'Allowed: public.far is missing, the backup has it.',
    ])
    expect(JSON.stringify([findings, seen])).not.toContain('7777777')
    expect(tables.map(({ name }) => name).sort()).toEqual(['customers', 'doubled', 'kept', 'orders'])
    expect(rows).toBe(507)
    // Done, and not as in the backup.
    expect(seen.at(-1)).toMatchObject({ type: 'result', ok: false })
    expect((await rejection(target.restore(location, { allow, ...which, ...options }))) as Error).toMatchObject({
      code: 'REFUSED.EXISTS',
    })
  })

  test.each([true, false])('an archive from a pipe, in one transaction: %s', async (singleTransaction) => {
    const { location } = await stored({ format: 'custom' })
    const target = await targetWith(server)
    const { findings } = await target.restore(createReadStream(location), { allow, singleTransaction })
    await expectTheRest(target)
    expect(allowedOf(findings)).toHaveLength(8)
  })

  test('a new database stays', async () => {
    const { location } = await stored({ format: 'custom' })
    const target = targetAt(server, 'made_with_exceptions')
    await target.restore(location, { allow, createDatabase: true })
    await expectTheRest(target)
  })

  test('values of sequences and large objects, which the comparison then misses', async () => {
    await source.query('CREATE ROLE keeper')
    const content = `CREATE SEQUENCE gone; CREATE SEQUENCE stays; SELECT setval('gone', 5), setval('stays', 6);
      SELECT lo_from_bytea(1, 'a'), lo_from_bytea(2, 'b'); ALTER LARGE OBJECT 2 OWNER TO keeper`
    const { start, location } = await prepare(source, await databaseWith(source, content), { format: 'custom' })
    await start()
    const target = await targetWith(
      server,
      `CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF current_query() ~ 'CREATE SEQUENCE "?public"?."?gone' THEN RAISE 'no'; END IF; END $$;
       CREATE EVENT TRIGGER stops ON ddl_command_start WHEN TAG IN ('CREATE SEQUENCE') EXECUTE FUNCTION stop()`,
    )
    const items = ['sequence:gone', 'sequence-set:gone', 'blob:2', 'blobs:*']
    await expect(target.restore(location, { allow: items.slice(0, 2) })).rejects.toMatchObject({ code: 'REFUSED.ROLE' })
    const { findings } = await target.restore(location, { allow: items })
    expect(allowedOf(findings).slice(4)).toEqual([
      'Allowed: The sequence public.gone is missing, the backup has it.',
      'Allowed: The database has 1 large object, the backup has 2.',
    ])
    expect(findings).toHaveLength(6)
    expect(
      await target.query('SELECT last_value::int, (SELECT count(*)::int FROM pg_largeobject_metadata) FROM stays'),
    ).toEqual([{ last_value: 6, count: 1 }])
  })

  test('where nothing fails nothing is told', async () => {
    const { location } = await stored({ format: 'custom' })
    const target = await targetWith(server)
    const { findings } = await target.restore(location, {
      allow: ['table:kept', 'table-data:*'],
      tables: ['kept'],
      noPrivileges: true,
    })
    expect(findings).toEqual([])
  })
})

describe('nothing else is tolerated', () => {
  test.each([{ singleTransaction: true }, {}])('what depends on what is missing: %j', async (options) => {
    const { location } = await stored({ format: 'custom' })
    const target = await targetWith(server)
    const without = allow.filter((item) => !item.startsWith('table-data:f'))
    await expect(target.restore(location, { allow: without, ...options })).rejects.toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringContaining('In TABLE DATA public.far'),
    })
    expect((await target.objects()).length > 0).toBe(!options.singleTransaction)
  })

  test('the hint of a failure has the item that allows it', async () => {
    const { location } = await stored({ format: 'custom' })
    const others = allow.filter((item) => !item.startsWith('foreign-key'))
    const failure = await rejection((await targetWith(server)).restore(location, { allow: others }))
    if (!isPgarkError(failure)) throw failure
    const [, item = ''] = /--allow '(.*)' goes on without it$/.exec(failure.hint ?? '') ?? []
    expect(item).toBe('fk-constraint:"public.orders to Customer"')
    const target = await targetWith(server)
    await target.restore(location, { allow: [...others, item] })
    await expectTheRest(target)
  })

  test('damage in rows that may be missing', async () => {
    const { location, folder, id } = await stored({ format: 'directory', compression: 'none' })
    const contents = JSON.parse(await readFile(path.join(folder, id, 'contents.json'), 'utf8'))
    const { object } = contents.tables.find(({ name }: { name: string }) => name === 'kept')
    const bytes = await readFile(path.join(folder, id, object))
    await writeFile(path.join(folder, id, object), bytes.fill('7', 10, 11))
    const target = await targetWith(server)
    const local = file(location)
    // Found while it is read, not before.
    const from = { ...local, capabilities: { ...local.capabilities, local: false } }
    await expect(target.restore(location, { from, id, allow: [...allow, 'table-data:*'] })).rejects.toMatchObject({
      code: 'DAMAGE.HASH',
    })
  })

  test('a session that the server ends', async () => {
    const { location } = await stored({ format: 'custom' })
    const target = await targetWith(
      server,
      `CREATE FUNCTION public.stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF tg_tag = 'GRANT' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; END $$;
       CREATE EVENT TRIGGER stops ON ddl_command_start EXECUTE FUNCTION public.stop()`,
    )
    await expect(target.restore(location, { allow })).rejects.toMatchObject({ code: 'ENGINE.CONNECTION_LOST' })
  })
})

describe('before anything is touched', () => {
  test('what the archive does not have, with the closest of what it has', async () => {
    const run = await stored({ format: 'custom' })
    for (const options of [{}, { singleTransaction: true }, { dryRun: true }]) {
      const target = targetAt(server, 'never_made')
      const given = { ...options, createDatabase: true, allow: ['extension:adminpak', 'table:kept', 'view:kept'] }
      await expect(target.restore(run.location, given)).rejects.toMatchObject({
        code: 'USAGE.SELECTION',
        message:
          'Nothing in the archive matches extension:adminpak of allow.\nNothing in the archive matches view:kept of allow.',
        hint: expect.stringMatching(
          /^did you mean extension:adminpack\?\ndid you mean table:public\.kept, acl:public\.kept, table-data:public\.kept\?$/,
        ),
      })
      const { rowCount } = await server.query("SELECT FROM pg_database WHERE datname = 'never_made'")
      expect(rowCount).toBe(0)
    }
  })

  test('a plain dump without its manifest has no entries', async () => {
    const { location } = await stored()
    await rm(`${location}.json`)
    for (const options of [{}, { dryRun: true }]) {
      const target = targetAt(server, 'never_made')
      const restoring = target.restore(location, { ...options, createDatabase: true, allow: ['table:kept'] })
      await expect(restoring).rejects.toMatchObject({
        code: 'USAGE.OPTIONS',
        message: expect.stringContaining('plain dump'),
      })
    }
    const target = await targetWith(server)
    await expect(target.restore(createReadStream(location), { allow: ['table:kept'] })).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
    })
    expect(await target.objects()).toEqual([])
  })

  test('a dry run tells what is missing and not allowed', async () => {
    const { location } = await stored({ format: 'custom' })
    const target = await targetWith(server)
    expect(await target.restore(location, { allow, dryRun: true })).toMatchObject({ dryRun: true })
    await expect(target.restore(location, { allow: ['extension:*'], dryRun: true })).rejects.toMatchObject({
      message: expect.not.stringContaining('adminpack'),
      code: 'REFUSED.TARGET',
    })
  })
})
