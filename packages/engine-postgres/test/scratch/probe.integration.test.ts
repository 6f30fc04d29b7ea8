import { startServer, compareDatabases, type TestServer } from '@pgark/test-servers'
import { beforeAll, afterAll, test, expect } from 'vitest'
import { readFile } from 'node:fs/promises'
import { backUp, restoreInto, readScript } from '../support/round-trip.ts'
import { definitionsOf } from '../support/definitions.ts'
let s: TestServer
beforeAll(async () => { s = await startServer(16); await s.query(await readScript('roles.sql')); await s.createDatabase('src'); await s.query(await readScript('every-kind.sql'), 'src') })
afterAll(() => s.stop())
test('data-only', async () => {
  await s.createDatabase('skeleton')
  await restoreInto(s, 'dst1', await backUp(s, 'src'), { schemaOnly: true })
})
test('schema-only backup then data-only backup restore', async () => {
  await restoreInto(s, 'dst2', await backUp(s, 'src', { schemaOnly: true }))
  await s.query("drop event trigger fires", 'dst2')
  expect(await definitionsOf(s, 'dst2')).toHaveLength((await definitionsOf(s, 'src')).length - 2)
  await restoreInto(s, 'dst2', await backUp(s, 'src', { dataOnly: true, disableTriggers: true }), { createDatabase: false })
  const c = await compareDatabases(s, 'src', 'dst2')
  expect(c.differences).toEqual([])
})
test('schema-only then data-only restore of a full file', async () => {
  const f = await backUp(s, 'src', { disableTriggers: true })
  await restoreInto(s, 'dst3', await backUp(s, 'src', {schemaOnly: true}))
  await s.query("drop event trigger fires", 'dst3')
  await restoreInto(s, 'dst3', f, { createDatabase: false, dataOnly: true })
  expect((await compareDatabases(s, 'src', 'dst3')).differences).toEqual([])
})
test('fk order data only', async () => {
  await s.createDatabase('fk'); await s.query('create table z_parent (id int primary key); create table a_child (p int references z_parent); insert into z_parent values (1); insert into a_child values (1)', 'fk')
  await restoreInto(s, 'fk2', await backUp(s, 'fk', { schemaOnly: true }))
  await restoreInto(s, 'fk2', await backUp(s, 'fk', { dataOnly: true }), { createDatabase: false })
  expect((await compareDatabases(s, 'fk', 'fk2')).differences).toEqual([])
})
test('latin1', async () => {
  await s.createDatabase('l1', "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
  await s.query(`create table "tablé" ("cé" text); insert into "tablé" values ('ünï'); comment on table "tablé" is 'ö'; create sequence "sé"; create materialized view "mvé" as select 1; select lo_create(77); comment on large object 77 is 'lé'`, 'l1')
  const f = await backUp(s, 'l1')
  await s.createDatabase('l2', "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
  await restoreInto(s, 'l2', f, { createDatabase: false })
  expect((await compareDatabases(s, 'l1', 'l2')).differences).toEqual([])
  await restoreInto(s, 'l3', f)
  expect((await compareDatabases(s, 'l1', 'l3')).differences).toEqual([])
  const g = await backUp(s, 'l3', { encoding: 'LATIN1' })
  expect((await readFile(g)).includes(Buffer.from('tabl\xe9', 'latin1'))).toBe(true)
  await restoreInto(s, 'l4', g)
  expect((await compareDatabases(s, 'l3', 'l4')).differences).toEqual([])
  expect(await definitionsOf(s, 'l4')).toEqual(await definitionsOf(s, 'l3'))
  await restoreInto(s, 'l5', f, { noOwner: true, noPrivileges: true })
})
test('sql_ascii', async () => {
  await s.createDatabase('a1', "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
  await s.query(`create table t (v text); insert into t values (E'\\xe9\\xff'), ('ü'); comment on table t is E'\\xe9'; create view v as select E'\\xe9' as x`, 'a1')
  const f = await backUp(s, 'a1')
  await s.createDatabase('a2', "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
  await restoreInto(s, 'a2', f, { createDatabase: false })
  expect((await compareDatabases(s, 'a1', 'a2')).differences).toEqual([])
})
test('sql_ascii names', async () => {
  await s.createDatabase('b1', "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
  await s.query(`set client_encoding = sql_ascii; do $$ begin execute E'create table "t\\xe9" ("c\\xe9" text); insert into "t\\xe9" values (''x'')'; end $$`, 'b1')
  const f = await backUp(s, 'b1')
})
