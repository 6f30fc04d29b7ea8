import type { CleanContext } from '@pgark/core'
import { expect, test } from 'vitest'
import { type CleanOptions, sqlCleaner } from '../src/index.ts'

const context: CleanContext = { serverVersion: '17.10', signal: new AbortController().signal }
async function cleanedSql(sql: string, options?: CleanOptions): Promise<string | undefined> {
  const cleaned = await sqlCleaner(options).clean({ kind: 'TABLE', schema: 'public', name: 't', sql }, context)
  return cleaned?.sql
}

test.each<[string, string, CleanOptions?]>([
  ['CREATE TABLE public.t (a int);\n', 'CREATE TABLE public.t (a int);'],
  [
    '\n\nCREATE TABLE public.t ();\n\n\n\nALTER TABLE public.t DISABLE TRIGGER ALL;\n\n',
    'CREATE TABLE public.t ();\n\nALTER TABLE public.t DISABLE TRIGGER ALL;',
  ],
  ['SET client_min_messages = warning;\nCREATE TABLE public.größe ();\n', 'CREATE TABLE public.größe ();'],
  [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1\n\n\n\n-- one\n';\n",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1\n\n\n\n-- one\n';",
  ],
  ['-- *not* creating schema, since initdb creates it\n', '-- *not* creating schema, since initdb creates it'],
  ['-- *not* creating schema, since initdb creates it\n', '', { comments: 'strip' }],
  ['CREATE TABLE public.t ();\n\n\n\n', 'CREATE TABLE public.t ();\n\n\n\n', { blankLines: 'keep' }],
])('%j', async (sql, expected, options) => {
  expect(await cleanedSql(sql, options)).toBe(expected)
})

test.each([
  'CREATE TABLE t ();\n\\! id\n\n\n',
  "COMMENT ON TABLE t IS 'open\n\n\n",
  'CREATE TABLE t ();\n\n\n\\echo x\n',
])('what psql would run is left for whoever refuses it: %j', async (sql) => {
  expect(await cleanedSql(sql, { comments: 'strip' })).toBe(sql)
})
