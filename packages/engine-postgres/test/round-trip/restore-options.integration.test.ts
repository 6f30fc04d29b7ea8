import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, readScript, restoreInto, temporaryFolder } from '../support/round-trip.ts'
import { dumpPlain } from '../support/wasm-dump.ts'

describe('a part of a file at restore', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(16)
    await server.query(await readScript('roles.sql'))
    await server.createDatabase('source')
    await server.query(await readScript('selection.sql'), 'source')
  })
  afterAll(() => server.stop())

  const ours = () => backUp(server, 'source')
  const theirs = async () => {
    const target = path.join(await temporaryFolder(), 'dump.sql')
    await writeFile(target, await dumpPlain(server, 'source'))
    return target
  }
  for (const [whose, file] of Object.entries({ ours, 'of pg_dump': theirs })) {
    describe(`file ${whose}`, () => {
      test('schemaOnly, then dataOnly, is the whole', async () => {
        const restored = `${whose} in parts`
        const target = await file()
        const report = await restoreInto(server, restored, target, { schemaOnly: true })
        expect(report).toMatchObject({ rows: 0, tables: [], findings: [] })
        expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, 'source'))
        await restoreInto(server, restored, target, { createDatabase: false, dataOnly: true })
        const { rows, differences } = await compareDatabases(server, 'source', restored)
        expect(rows).toBeGreaterThan(20)
        const isMeant = (line: string) => whose !== 'ours' && line.startsWith('missing: large object ')
        expect(differences.filter((line) => !isMeant(line))).toEqual([])
      })

      test('noOwner and noPrivileges need none of the roles', async () => {
        const restored = `${whose} without owners`
        await restoreInto(server, restored, await file(), { noOwner: true, noPrivileges: true })
        const owned = `SELECT count(*)::int AS n FROM pg_shdepend WHERE refobjid IN ('owner_r'::regrole, 'reader_r'::regrole)
          AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`
        expect((await server.query(owned, restored)).rows).toEqual([{ n: 0 }])
        expect((await server.query(owned, 'source')).rows).not.toEqual([{ n: 0 }])
      })
    })
  }

  const guarded = `
    CREATE TABLE parent (id int PRIMARY KEY, other int); CREATE TABLE child (id int REFERENCES parent);
    INSERT INTO parent VALUES (1, 2), (2, 1); INSERT INTO child VALUES (1);
    ALTER TABLE parent ADD FOREIGN KEY (other) REFERENCES parent;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION refuse()`

  test('disableTriggers loads rows alone past triggers and foreign keys', async () => {
    await server.createDatabase('guarded')
    await server.query(guarded, 'guarded')
    await restoreInto(server, 'guarded restored', await backUp(server, 'guarded', { schemaOnly: true }))
    const plain = await backUp(server, 'guarded', { dataOnly: true })
    const refused = restoreInto(server, 'guarded restored', plain, { createDatabase: false })
    await expect(refused).rejects.toMatchObject({ code: 'RESTORE.STATEMENT', meta: { sqlstate: 'P0001' } })
    const target = await backUp(server, 'guarded', { dataOnly: true, disableTriggers: true })
    await restoreInto(server, 'guarded restored', target, { createDatabase: false })
    expect((await compareDatabases(server, 'guarded', 'guarded restored')).differences).toEqual([])
  })

  test('rows alone are ordered by foreign keys', async () => {
    const sql = `CREATE TABLE z (id int PRIMARY KEY); CREATE TABLE y (id int PRIMARY KEY REFERENCES z);
      CREATE TABLE b (id int REFERENCES y) PARTITION BY LIST (id); CREATE TABLE a PARTITION OF b DEFAULT;
      INSERT INTO z VALUES (1); INSERT INTO y VALUES (1); INSERT INTO b VALUES (1)`
    await server.createDatabase('keys')
    await server.query(sql, 'keys')
    await restoreInto(server, 'keys restored', await backUp(server, 'keys', { schemaOnly: true }))
    const target = await backUp(server, 'keys', { dataOnly: true })
    await restoreInto(server, 'keys restored', target, { createDatabase: false })
    expect((await compareDatabases(server, 'keys', 'keys restored')).differences).toEqual([])
  })

  test('without a header a file begins with its first statement, and restores', async () => {
    const target = await backUp(server, 'source', { header: false, metadata: { purpose: 'not written' } })
    const text = await readFile(target, 'utf8')
    expect(text).toMatch(/^SET statement_timeout = 0;\n/)
    expect(text).not.toContain('not written')
    await restoreInto(server, 'headless', target)
    expect((await compareDatabases(server, 'source', 'headless')).differences).toEqual([])
  })
})
