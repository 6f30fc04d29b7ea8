import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { file, restore } from '@pgark/core'
import { compareDatabases, startServer, stockProgram, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgres } from '../../src/index.ts'
import { backUpAs } from '../support/grid/archives.ts'
import { backUp, restoreInto } from '../support/round-trip.ts'
import { stockFor } from '../support/stock.ts'

let folder: string
let server: TestServer
beforeAll(async () => {
  // The server, which may be another user, must be able to read it.
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-labels-'))
  await chmod(folder, 0o755)
  const provider = path.join(folder, 'label-provider.so')
  await cp(stockProgram('label-provider', 'label-provider.so'), provider)
  server = await startServer(15, { settings: { shared_preload_libraries: provider } })
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const labelled = `
  CREATE SCHEMA app;
  CREATE TABLE app.people (id int PRIMARY KEY, name text);
  CREATE VIEW app.names AS SELECT name FROM app.people;
  CREATE SEQUENCE app.counter;
  CREATE TYPE app.mood AS ENUM ('good');
  CREATE DOMAIN app.word AS text;
  CREATE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
  INSERT INTO app.people VALUES (1, 'Ada');
  SELECT lo_from_bytea(4711, 'x');
  SECURITY LABEL FOR example ON SCHEMA app IS 'schema';
  SECURITY LABEL FOR example ON TABLE app.people IS 'it''s \\ secret';
  SECURITY LABEL FOR example ON COLUMN app.people.name IS 'a column';
  SECURITY LABEL FOR example ON VIEW app.names IS 'a view';
  SECURITY LABEL FOR example ON SEQUENCE app.counter IS 'a sequence';
  SECURITY LABEL FOR example ON TYPE app.mood IS 'a type';
  SECURITY LABEL FOR example ON DOMAIN app.word IS 'a domain';
  SECURITY LABEL FOR example ON FUNCTION app.one() IS 'a function';
  SECURITY LABEL FOR example ON LARGE OBJECT 4711 IS 'a large object'`

test('security labels of every kind of object come back', async () => {
  await server.createDatabase('labelled')
  await server.query(labelled, 'labelled')
  const labels = async (database: string) => {
    const { rows } = await server.query(
      'SELECT objtype, objname, provider, label FROM pg_seclabels ORDER BY objtype, objname',
      database,
    )
    return rows
  }
  await restoreInto(server, 'restored', await backUp(server, 'labelled'))
  const archive = await backUpAs(server, 'labelled', path.join(folder, 'labelled'), {
    format: 'custom',
    compression: 'none',
  })
  await restoreInto(server, 'archived', archive)
  await server.createDatabase('by pg_restore')
  expect(await stockFor(server).restore([archive], 'by pg_restore')).toEqual([])
  expect(await labels('labelled')).toHaveLength(9)
  for (const restored of ['restored', 'archived', 'by pg_restore']) {
    expect(await labels(restored)).toEqual(await labels('labelled'))
    expect((await compareDatabases(server, 'labelled', restored)).differences).toEqual([])
  }
})

test('a database that takes the place of a labelled one has its label', async () => {
  const labels = async () =>
    (
      await server.query(
        "SELECT datname, label FROM pg_shseclabel JOIN pg_database d ON d.oid = objoid AND classoid = 'pg_database'::regclass ORDER BY 1",
      )
    ).rows
  await server.createDatabase('shop')
  await server.query("SECURITY LABEL FOR example ON DATABASE shop IS 'it''s \\ secret'")
  const location = await backUp(server, 'shop')
  const engine = postgres(server.url('shop'))
  const { replaced } = await restore({ engine, from: file(location), intoNew: true })
  expect(await labels()).toEqual(['shop', replaced?.keptAs].map((datname) => ({ datname, label: "it's \\ secret" })))
})
