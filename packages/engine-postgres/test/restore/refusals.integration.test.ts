import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpOf, rejection, streamOf, type Target, targetWith } from './target.ts'

let server: TestServer
let target: Target
beforeAll(async () => {
  server = await startServer(14)
  target = await targetWith(server)
})
afterAll(() => server.stop())

const table = 'CREATE TABLE public.items (id integer);\n'

describe('what does not belong into a dump is refused, with its line, and all before it rolled back', () => {
  const refused: [string, string, string][] = [
    ['\\connect other', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\connect is refused.'],
    ['\\c other', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\c is refused.'],
    ['\\! touch /tmp/pwned', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\! is refused.'],
    ['\\i other.sql', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\i is refused.'],
    ['\\copy items from x', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\copy is refused.'],
    ['SELECT 1 \\! id\n;', 'REFUSED.META_COMMAND', 'Line 2: the psql command \\! is refused.'],
    ["COPY public.items FROM PROGRAM 'id';", 'REFUSED.COPY_FILE', 'Line 2: COPY with a program is refused.'],
    ["COPY public.items TO PROGRAM 'cat';", 'REFUSED.COPY_FILE', 'Line 2: COPY with a program is refused.'],
    ["COPY public.items FROM '/etc/passwd';", 'REFUSED.COPY_FILE', 'Line 2: COPY with a file is refused.'],
    ["copy public.items to '/tmp/x';", 'REFUSED.COPY_FILE', 'Line 2: COPY with a file is refused.'],
    ['BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;', 'REFUSED.TRANSACTION', 'Line 2: BEGIN is refused'],
    ['COMMIT;', 'REFUSED.TRANSACTION', 'Line 2: COMMIT is refused'],
    ['ROLLBACK;', 'REFUSED.TRANSACTION', 'Line 2: ROLLBACK is refused'],
    ['START TRANSACTION;', 'REFUSED.TRANSACTION', 'Line 2: START TRANSACTION is refused'],
    ['SAVEPOINT a;', 'REFUSED.TRANSACTION', 'Line 2: SAVEPOINT is refused'],
    ['END;', 'REFUSED.TRANSACTION', 'Line 2: END is refused'],
  ]
  for (const [sql, code, message] of refused) {
    test(sql.replaceAll('\n', ' '), async () => {
      const error = await rejection(target.restore(streamOf(dumpOf(`${table}${sql}`))))
      expect(error).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.any(String) })
      expect(await target.objects()).toEqual([])
    })
  }
})

describe('without one transaction', () => {
  test.each(['DROP DATABASE', 'ALTER DATABASE'])(
    '%s of another database is refused before it is run',
    async (command) => {
      const victim = await targetWith(server, 'CREATE TABLE kept (x int)')
      const action = command === 'DROP DATABASE' ? '' : ' CONNECTION LIMIT 0'
      const script = dumpOf(`SET lock_timeout = 0;\n${command} ${victim.database}${action};`)
      const restoring = target.restore(streamOf(script), { singleTransaction: false, consent: async () => true })
      expect(await rejection(restoring)).toMatchObject({
        code: 'REFUSED.CREATE_DATABASE',
        message: `Line 2: ${command} is refused.`,
      })
      expect(await victim.objects()).toEqual(['kept'])
      expect(await victim.query('SELECT datconnlimit FROM pg_database WHERE datname = current_database()')).toEqual([
        { datconnlimit: -1 },
      ])
    },
  )

  const late: [string, string][] = [
    ['\\connect other', 'REFUSED.META_COMMAND'],
    ['CREATE DATABASE other;', 'REFUSED.CREATE_DATABASE'],
    ['COMMIT;', 'REFUSED.TRANSACTION'],
    ["COPY public.items FROM '/etc/passwd';", 'REFUSED.COPY_FILE'],
    ["SET client_encoding = 'SQL_ASCII';", 'REFUSED.ENCODING'],
    ['DROP TABLE public.items;', 'REFUSED.CONSENT'],
  ]
  for (const [sql, refusal] of late) {
    test(`${sql} behind changes is a failure that tells how much stays`, async () => {
      const changed = await targetWith(server)
      const script = dumpOf(`${table}INSERT INTO public.items VALUES (1);\n${sql}`)
      const error = await rejection(changed.restore(streamOf(script), { singleTransaction: false }))
      expect(error).toMatchObject({
        code: 'RESTORE.REFUSED',
        message: expect.stringMatching(/^Line 3: .*; 2 statements before it stay\.$/),
        hint: expect.any(String),
        meta: { refusal },
      })
      expect(await changed.query('SELECT id FROM items')).toEqual([{ id: 1 }])
    })

    test(`${sql} before any change is a refusal`, async () => {
      const untouched = await targetWith(server)
      const error = await rejection(untouched.restore(streamOf(dumpOf(sql)), { singleTransaction: false }))
      expect(error).toMatchObject({ code: refusal })
    })
  }
})

describe('what destroys something needs consent', () => {
  const existing = `CREATE TABLE items (id integer UNIQUE); INSERT INTO items VALUES (1), (2); CREATE TABLE other (id integer);
    CREATE FUNCTION wipe() RETURNS integer LANGUAGE sql AS 'DELETE FROM items; SELECT 1'`
  const destructive: [string, string][] = [
    ['DROP TABLE public.items;', 'DROP TABLE public.items'],
    ['DROP TABLE IF EXISTS public.items CASCADE;', 'DROP TABLE public.items'],
    ['TRUNCATE TABLE public.items;', 'TRUNCATE public.items'],
    ['DELETE FROM public.items;', 'DELETE public.items'],
    ['ALTER TABLE public.items DROP COLUMN id;', 'ALTER TABLE public.items'],
    ['DROP SCHEMA public CASCADE;', 'DROP SCHEMA public'],
    ['WITH gone AS (DELETE FROM public.items RETURNING id) SELECT * FROM gone;', 'WITH'],
    ['UPDATE public.items SET id = id + 10;', 'UPDATE public.items'],
    ['ALTER TABLE public.items ALTER COLUMN id TYPE text USING null;', 'ALTER TABLE public.items'],
    ['INSERT INTO public.items VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 3;', 'INSERT public.items'],
    ['CREATE TABLE public.z AS WITH gone AS (DELETE FROM public.items RETURNING 1) SELECT 1;', 'CREATE TABLE public.z'],
    ['SELECT public.wipe();', 'SELECT public.wipe'],
    ['INSERT INTO public.other SELECT public.wipe();', 'INSERT public.other'],
    ["DO $$ BEGIN EXECUTE 'DROP TABLE public.items'; END $$;", 'DO'],
  ]
  for (const [sql, action] of destructive) {
    test(sql, async () => {
      const full = await targetWith(server, existing)
      const before = await full.objects()
      const script = dumpOf(`CREATE TABLE public.made_before (x int);\n${sql}`)
      for (const consent of [undefined, async () => false]) {
        const error = await rejection(full.restore(streamOf(script), consent && { consent }))
        expect(error).toMatchObject({
          code: 'REFUSED.CONSENT',
          message: `Line 2: ${action} may destroy something in ${full.database}; nothing was changed.`,
        })
        expect(await full.objects()).toEqual(before)
        expect(await full.query('SELECT id FROM items ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
      }
      const asked: unknown[] = []
      const consent = async (question: unknown) => Boolean(asked.push(question))
      await full.restore(streamOf(script), { consent })
      expect(asked).toEqual([{ database: full.database, action }])
      const rows = await full.query('SELECT id FROM items ORDER BY id').catch(() => 'gone')
      expect(rows).not.toEqual([{ id: 1 }, { id: 2 }])
    })
  }
})

describe('what is there already is not touched', () => {
  const scripts: [string, string, string][] = [
    ['a table', 'CREATE TABLE public.items (id integer);', 'CREATE TABLE items (other text)'],
    ['a schema', 'CREATE SCHEMA app;', 'CREATE SCHEMA app'],
    ['a type', "CREATE TYPE public.mood AS ENUM ('x');", "CREATE TYPE mood AS ENUM ('y')"],
    [
      'a function',
      "CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
      "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
    ],
    ['an index', `${table}CREATE INDEX i ON public.items (id);`, 'CREATE TABLE x (y int); CREATE INDEX i ON x (y)'],
  ]
  for (const [what, sql, existing] of scripts) {
    test(what, async () => {
      const full = await targetWith(server, existing)
      const before = await full.objects()
      const error = await rejection(full.restore(streamOf(dumpOf(`CREATE TABLE public.made_before (x int);\n${sql}`))))
      expect(error).toMatchObject({ code: 'REFUSED.EXISTS', hint: expect.stringContaining('--create-database') })
      expect(await full.objects()).toEqual(before)
    })
  }
})

describe('what pg_dump writes around large objects is no transaction of its own', () => {
  const largeObject = `BEGIN;

SELECT pg_catalog.lo_open('4711', 131072);
SELECT pg_catalog.lowrite(0, '\\x6c61726765');
SELECT pg_catalog.lo_close(0);

COMMIT;
`
  const create = "SELECT pg_catalog.lo_create('4711');\n"

  test('it is swallowed, so that a later error still undoes everything', async () => {
    const script = `${table}${create}${largeObject}CREATE TABLE public.items (id integer);`
    const error = await rejection(target.restore(streamOf(dumpOf(script))))
    expect(error).toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(await target.objects()).toEqual([])
  })

  for (const singleTransaction of [true, false]) {
    test(`the object is there afterwards (singleTransaction: ${singleTransaction})`, async () => {
      const empty = await targetWith(server)
      await empty.restore(streamOf(dumpOf(`${create}${largeObject}`)), { singleTransaction })
      expect(await empty.query("SELECT convert_from(lo_get(4711), 'UTF8') AS text")).toEqual([{ text: 'large' }])
    })
  }

  test('anything else between the two is refused', async () => {
    const script = `${create}${largeObject.replace('COMMIT', 'CREATE TABLE public.items (id integer);\n\nCOMMIT')}`
    const error = await rejection(target.restore(streamOf(dumpOf(script))))
    expect(error).toMatchObject({ code: 'REFUSED.TRANSACTION' })
    expect(await target.objects()).toEqual([])
  })
})
