import { expect, test } from 'vitest'
import { openRenamer } from '../../src/rename/index.ts'
import { schemaPlan } from './plans.ts'

/** Names as they are stored and as pg_dump writes them. */
const names = [
  ['app', 'app'],
  ['user', '"user"'],
  ['select', '"select"'],
  ['integer', '"integer"'],
  ['between', '"between"'],
  ['left', '"left"'],
  ['text', 'text'],
  ['name', 'name'],
  ['type', 'type'],
  ['data', 'data'],
  ['old', 'old'],
  ['excluded', 'excluded'],
  ['public', 'public'],
  ['Public', '"Public"'],
  ['a b', '"a b"'],
  ['a.b', '"a.b"'],
  ['$1', '"$1"'],
  ['1', '"1"'],
  ['a$', '"a$"'],
  ['"', '""""'],
  ["'", `"'"`],
  ['\\', '"\\"'],
  ['--', '"--"'],
  ['/*', '"/*"'],
  ['$$', '"$$"'],
  ['; DROP', '"; DROP"'],
  ['line\nend', '"line\nend"'],
  ['\u0001\t', '"\u0001\t"'],
  ['naïve', '"naïve"'],
  ['名前', '"名前"'],
  ['🎉', '"🎉"'],
  ['x'.repeat(63), 'x'.repeat(63)],
  ['名'.repeat(21), `"${'名'.repeat(21)}"`],
  ['pgark0mark0', 'pgark0mark0'],
] as const

/** A schema of that name, among a table, column, alias, type, role, function and so on that are called what it was called. */
const script = (schema: string, other: string) => `CREATE TABLE ${schema}.${other} (
    ${other} ${schema}.${other} DEFAULT ${schema}.${other}(1) COLLATE ${schema}.${other},
    CONSTRAINT ${other} CHECK ((${other}.${other} OPERATOR(${schema}.===) 1))
);
CREATE VIEW ${schema}.v AS WITH ${other} AS (SELECT 1 AS ${other})
 SELECT ${other}.${other}, 'é' AS "é", '${schema.replaceAll("'", "''")}.t'::regclass, ${schema}.${other}.${other} FROM ${other}, ${schema}.${other} ${other} WINDOW ${other} AS ();
GRANT SELECT(${other}) ON TABLE ${schema}.${other} TO ${roleOf(other)};
SET search_path = ${schema};
ALTER TABLE ${schema}.${other} OWNER TO ${roleOf(other)}, ADD CONSTRAINT ${other} UNIQUE (${other});`

const roleOf = (name: string) => (name === 'public' ? '"PUBLIC"' : name)

/** Each name with some of the others, so that all of them are renamed, renamed to, and in the way. */
const pairs = names.flatMap((from, at) =>
  [1, 5, 12].map((step) => [from, names[(at + step) % names.length] ?? from] as const),
)

test.each(pairs)('the schema %j becomes %j and back', async ([from, written], [to, rewritten]) => {
  const there = await openRenamer(schemaPlan({ [from]: to }))
  const back = await openRenamer(schemaPlan({ [to]: from }))
  const sql = script(written, written)
  const renamed = script(rewritten, written)
  expect(there.rename(sql).sql).toBe(renamed)
  // Where both names are in the way of each other, too.
  expect(back.rename(script(rewritten, rewritten)).sql).toBe(script(written, rewritten))
  expect(back.rename(renamed).sql).toBe(sql)
})
