import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { backup, file, type RestoreOptions, restore, type VerifyOptions, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, prepare, untilNoConnection } from '../snapshot/run-backup.ts'

const roles = 'CREATE ROLE keeper; CREATE ROLE visitor; CREATE ROLE other; CREATE ROLE stranger'
// What a server prints otherwise once it has read what it printed: IN over varchar, BETWEEN, grants in another order.
const schema = `
  CREATE EXTENSION hstore;
  CREATE TYPE mood AS ENUM ('bad', 'good');
  CREATE TABLE orders (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text DEFAULT 'none', state varchar(10) NOT NULL,
    amount int, feeling mood, CHECK (state IN ('new', 'paid')), CHECK (amount BETWEEN 1 AND 9 AND note <> ''));
  CREATE INDEX orders_note ON orders (note) WHERE state IN ('new', 'paid') AND amount BETWEEN 1 AND 5;
  ALTER TABLE orders OWNER TO keeper;
  GRANT SELECT ON orders TO visitor; GRANT UPDATE (note), SELECT (id) ON orders TO other; GRANT SELECT, INSERT ON orders TO other;
  COMMENT ON TABLE orders IS 'all of them'; COMMENT ON COLUMN orders.note IS 'a note';
  CREATE TABLE items (id serial PRIMARY KEY, of int REFERENCES orders);
  CREATE VIEW open_orders AS SELECT id, upper(note) AS note FROM orders
    WHERE state IN ('new', 'paid') AND (amount BETWEEN 1 AND 5 OR amount BETWEEN 7 AND 8 OR note LIKE 'x%');
  CREATE MATERIALIZED VIEW totals AS SELECT state, count(*) FROM orders GROUP BY state;
  CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n -- twice';
  CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
  CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  INSERT INTO orders (state, amount) VALUES ('new', 3);
  SELECT lo_from_bytea(4711, 'large')`

let server: TestServer
let source: string
let location: string
let stored: { location: string; id: string }
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  await server.query(roles)
  source = await databaseWith(server, schema)
  location = await mkdtemp(path.join(tmpdir(), 'pgark-definitions-'))
  stored = { location, id: (await backup({ engine: engineFor(server, source), to: file(location) })).id }
})
afterAll(async () => {
  await server.stop()
  await rm(location, { recursive: true })
})

async function storedIn(format: string, from = source, on = server, options = {}) {
  const { start, location } = await prepare(on, from, { format, ...options })
  const { id } = await start()
  return { location, id }
}

const fromOf = ({ location, id }: typeof stored) => {
  const from = file(location)
  return from.objectKey === undefined ? { from, id } : { from }
}

/** What is different in another database, as `code: message`. */
async function differences(database: string, options: Partial<VerifyOptions> = {}, made = stored) {
  const { findings, ok } = await verify({
    ...{ engine: engineFor(server, database), against: true, definitions: true, proof: false },
    ...fromOf(made),
    ...options,
  })
  return { ok, found: findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`) }
}

/** A copy of the source, made by the server, after those statements. */
async function copyWith(sql: string): Promise<string> {
  const copy = await databaseWith(server, 'SELECT 1')
  await server.query(`DROP DATABASE ${copy}`)
  await server.query(`CREATE DATABASE ${copy} TEMPLATE ${source}`)
  await server.query(sql, copy)
  return copy
}

let restores = 0
async function restoredFrom(made: typeof stored, options: Partial<RestoreOptions> = {}) {
  restores += 1
  const database = `restored_definitions_${restores}`
  const engine = engineFor(server, database)
  const report = await restore({ engine, ...fromOf(made), createDatabase: true, proof: false, ...options })
  return { database, findings: report.findings }
}

describe('equal', () => {
  test.each(['directory', 'custom', 'plain'])(
    'the source, and what was restored from its backup (%s)',
    async (format) => {
      const made = await storedIn(format)
      expect(await differences(source, {}, made)).toEqual({ ok: true, found: [] })
      const { database, findings } = await restoredFrom(made, { definitions: true })
      expect(findings).toEqual([])
      expect(await differences(database, {}, made)).toEqual({ ok: true, found: [] })
      await untilNoConnection(server)
    },
  )
  test('what was restored without owners and grants, if these may differ', async () => {
    const without = { noOwner: true, noPrivileges: true }
    const { database, findings } = await restoredFrom(stored, { definitions: true, ...without })
    expect(findings).toEqual([])
    expect(await differences(database, without)).toEqual({ ok: true, found: [] })
    const { found } = await differences(database)
    expect(found).toContain(
      'error COMPARE.DEFINITION: TABLE public.orders has the owner postgres, in the backup keeper.',
    )
    expect(found).toContain(
      'error COMPARE.DEFINITION: The access list of TABLE orders (public) is missing, the backup has it.',
    )
  })
  test('a backup that was made without owners says nothing of them', async () => {
    const made = await storedIn('custom', source, server, { noOwner: true, noPrivileges: true })
    const copy = await copyWith('ALTER TABLE orders OWNER TO other; REVOKE SELECT ON orders FROM visitor')
    expect(await differences(copy, {}, made)).toEqual({ ok: true, found: [] })
  })
  test('grants in another order', async () => {
    const copy = await copyWith(
      'REVOKE ALL ON orders FROM visitor, other; GRANT INSERT, SELECT ON orders TO other; GRANT SELECT ON orders TO visitor; GRANT SELECT (id), UPDATE (note) ON orders TO other',
    )
    expect(await differences(copy)).toEqual({ ok: true, found: [] })
  })
})

describe('different', () => {
  const another = 'has another definition than in the backup.'
  test.each([
    [
      'a changed view',
      'CREATE OR REPLACE VIEW open_orders AS SELECT id, note FROM orders',
      `VIEW public.open_orders ${another}`,
    ],
    [
      'a condition with other brackets',
      "CREATE OR REPLACE VIEW open_orders AS SELECT id, upper(note) AS note FROM orders WHERE (state IN ('new', 'paid') AND (amount BETWEEN 1 AND 5 OR amount BETWEEN 7 AND 8)) OR note LIKE 'x%'",
      `VIEW public.open_orders ${another}`,
    ],
    ['a missing index', 'DROP INDEX orders_note', 'INDEX public.orders_note is missing, the backup has it.'],
    [
      'an index on more',
      'DROP INDEX orders_note; CREATE INDEX orders_note ON orders (note)',
      `INDEX public.orders_note ${another}`,
    ],
    ['an extra table', 'CREATE TABLE extra (x int)', 'TABLE public.extra is there, the backup has no such.'],
    ['an extra index', 'CREATE INDEX more ON items (of)', 'INDEX public.more is there, the backup has no such.'],
    [
      'a changed owner',
      'ALTER TABLE orders OWNER TO stranger',
      'TABLE public.orders has the owner stranger, in the backup keeper.',
    ],
    [
      'another owner of a function',
      'ALTER FUNCTION twice(int) OWNER TO other',
      'FUNCTION public.twice(integer) has the owner other, in the backup postgres.',
    ],
    ['a changed grant', 'GRANT DELETE ON orders TO visitor', `The access list of TABLE orders (public) ${another}`],
    ['a changed default', "ALTER TABLE orders ALTER note SET DEFAULT 'some'", `TABLE public.orders ${another}`],
    [
      'a dropped comment',
      'COMMENT ON COLUMN orders.note IS NULL',
      'The comment on COLUMN orders.note (public) is missing, the backup has it.',
    ],
    [
      'a changed comment',
      "COMMENT ON TABLE orders IS 'some of them'",
      `The comment on TABLE orders (public) ${another}`,
    ],
    ['a column more', 'ALTER TABLE items ADD more int', `TABLE public.items ${another}`],
    [
      'a changed function',
      "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n -- two times'",
      `FUNCTION public.twice(integer) ${another}`,
    ],
    ['a trigger that is off', 'ALTER TABLE orders DISABLE TRIGGER touched', `TRIGGER public.orders touched ${another}`],
    [
      'one of two of a name that is gone',
      'DROP OPERATOR === (text, text)',
      'OPERATOR public.=== is missing, the backup has it.',
    ],
    [
      'a missing foreign key',
      'ALTER TABLE items DROP CONSTRAINT items_of_fkey',
      'FK CONSTRAINT public.items items_of_fkey is missing, the backup has it.',
    ],
    ['a label more', "ALTER TYPE mood ADD VALUE 'best'", `TYPE public.mood ${another}`],
  ])('%s', async (_, sql, expected) => {
    expect(await differences(await copyWith(sql))).toEqual({
      ok: false,
      found: [`error COMPARE.DEFINITION: ${expected}`],
    })
  })
  test('unless nobody asks', async () => {
    expect(await differences(await copyWith('DROP INDEX orders_note'), { definitions: false })).toEqual({
      ok: true,
      found: [],
    })
  })
  test('nothing of it is there', async () => {
    const made = await storedIn('custom', source, server, { tables: ['items'] })
    const { found } = await differences(await databaseWith(server, 'SELECT 1'), {}, made)
    expect(found).toContain('error COMPARE.DEFINITION: TABLE public.items is missing, the backup has it.')
  })
})

describe('a part of it', () => {
  test('of a backup of some tables only these are compared', async () => {
    const made = await storedIn('custom', source, server, { tables: ['items'] })
    const copy = await copyWith('DROP VIEW open_orders; CREATE TABLE extra (x int); CREATE INDEX more ON items (of)')
    expect((await differences(copy, {}, made)).found).toEqual([
      'error COMPARE.DEFINITION: INDEX public.more is there, the backup has no such.',
    ])
  })
  test('of what is restored beside other things only that is compared', async () => {
    const others = await databaseWith(server, 'CREATE TABLE others (x int); CREATE VIEW open_orders AS SELECT 1')
    const part: Partial<RestoreOptions> = { tables: ['items'], createDatabase: false, definitions: true }
    const report = await restore({ engine: engineFor(server, others), ...fromOf(stored), ...part, proof: false })
    expect(report.findings.filter(({ code }) => code.startsWith('COMPARE.'))).toEqual([])
  })
  test('what somebody does to it while it is restored is found', async () => {
    const target = await databaseWith(
      server,
      `CREATE FUNCTION comment() RETURNS event_trigger LANGUAGE plpgsql AS
         $$BEGIN IF to_regclass('public.items') IS NOT NULL THEN COMMENT ON TABLE public.items IS 'made by a trigger'; END IF; END$$;
       CREATE EVENT TRIGGER commenting ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION comment()`,
    )
    const { findings } = await restore({
      ...{ engine: engineFor(server, target), definitions: true, proof: false },
      ...fromOf(stored),
    })
    expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'error: The comment on TABLE items (public) is there, the backup has no such.',
    ])
  })
})

describe('where there is nothing to compare', () => {
  test('a script without its manifest is refused before it is read', async () => {
    const made = await storedIn('plain')
    await rm(`${made.location}.json`)
    await expect(differences(source, {}, made)).rejects.toMatchObject({ code: 'REFUSED.FORMAT' })
    const target = await databaseWith(server, 'SELECT 1')
    await expect(
      restore({ engine: engineFor(server, target), ...fromOf(made), definitions: true }),
    ).rejects.toMatchObject({ code: 'REFUSED.FORMAT' })
    const { rows } = await server.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace", target)
    expect(rows).toEqual([])
  })
  test('and so are rows without definitions', async () => {
    const made = await storedIn('custom', source, server, { dataOnly: true })
    await expect(differences(source, {}, made)).rejects.toMatchObject({
      code: 'REFUSED.FORMAT',
      message: expect.stringContaining('has rows only'),
    })
  })
})

test('across major versions what differs is information', async () => {
  const older = await startServer(14)
  try {
    await older.query(roles)
    const database = await databaseWith(older, schema)
    const made = await storedIn('custom', database, older)
    const { database: restored, findings } = await restoredFrom(made, { definitions: true })
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    await server.query('DROP INDEX orders_note', restored)
    const { ok, found } = await differences(restored, {}, made)
    expect(ok).toBe(true)
    expect(found[0]).toMatch(/^info COMPARE\.VERSIONS: Definitions of PostgreSQL 14\.\d+ .* PostgreSQL 17\.\d+ /)
    expect(found).toContain('info COMPARE.DEFINITION: INDEX public.orders_note is missing, the backup has it.')
  } finally {
    await older.stop()
  }
})
