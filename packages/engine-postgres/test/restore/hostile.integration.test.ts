import { inspect } from 'node:util'
import { isPgarkError } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpOf, rejection, streamOf, targetWith } from './target.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

describe('a script cannot leave the transaction of its restore', () => {
  // The reader follows psql, to which `begin` in a CREATE FUNCTION opens a body; to the server these are several statements.
  for (const ending of ['COMMIT', 'ROLLBACK']) {
    test(ending, async () => {
      const target = await targetWith(server)
      const smuggled = `CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'; ${ending}; CREATE TABLE smuggled(); SELECT 1 AS end;`
      const script = dumpOf(`CREATE TABLE public.first (id int);\n${smuggled}`)
      const error = await rejection(target.restore(streamOf(script)))
      expect(error).toMatchObject({
        code: 'RESTORE.STATEMENT',
        message: expect.stringMatching(/^Line 2: .*rolled back/),
      })
      expect(await target.objects()).toEqual([])
    })
  }
})

describe('what functions of the target raise holds no row value in what is told', () => {
  const canary = 'canary-5f1e'
  for (const code of ['check_violation', '45000', 'insufficient_privilege', 'undefined_table']) {
    test(code, async () => {
      const target = await targetWith(
        server,
        `CREATE TABLE guarded (name text);
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'bad name %', NEW.name USING ERRCODE = '${code}'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse()`,
      )
      const error = await rejection(
        target.restore(streamOf(dumpOf(`COPY public.guarded (name) FROM stdin;\n${canary}\n\\.\n`))),
      )
      expect(isPgarkError(error)).toBe(true)
      expect(inspect(error, { depth: null })).not.toContain(canary)
    })
  }

  test('a value that is taken for the name of a relation', async () => {
    const target = await targetWith(server, 'CREATE TABLE pointers (to_what regclass)')
    const error = await rejection(
      target.restore(streamOf(dumpOf(`COPY public.pointers (to_what) FROM stdin;\n${canary}\n\\.\n`))),
    )
    expect(error).toMatchObject({ code: 'RESTORE.STATEMENT' })
    expect(inspect(error, { depth: null })).not.toContain(canary)
  })
})

test('rows that a trigger of the target keeps out are missed, also without a manifest', async () => {
  const target = await targetWith(
    server,
    `CREATE TABLE picky (id int);
     CREATE FUNCTION drop_large() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.id > 2 THEN RETURN NULL; END IF; RETURN NEW; END $$;
     CREATE TRIGGER drop_large BEFORE INSERT ON picky FOR EACH ROW EXECUTE FUNCTION drop_large()`,
  )
  const error = await rejection(target.restore(streamOf(dumpOf('COPY public.picky (id) FROM stdin;\n1\n2\n3\n\\.\n'))))
  expect(error).toMatchObject({
    code: 'DAMAGE.ROW_COUNT',
    message: expect.stringContaining('public.picky has 2 rows, the backup has 3'),
  })
  expect(await target.query('SELECT count(*)::int FROM picky')).toEqual([{ count: 0 }])
})

test('text in no known encoding is refused by a database that has one', async () => {
  const target = await targetWith(server)
  const error = await rejection(
    target.restore(streamOf(dumpOf("SET client_encoding = 'SQL_ASCII';\nCREATE TABLE public.t (a text);"))),
  )
  expect(error).toMatchObject({ code: 'REFUSED.ENCODING' })
  expect(await target.objects()).toEqual([])
})
