import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp, readScript } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

const names = `
  CREATE TABLE "tablé" ("cé" text DEFAULT 'ö'); INSERT INTO "tablé" VALUES ('ünï'), ('£');
  COMMENT ON TABLE "tablé" IS 'é'; CREATE SEQUENCE "sé"; SELECT lo_from_bytea(77, 'x'); COMMENT ON LARGE OBJECT 77 IS 'é'`
const kanji = `
  CREATE TABLE "表" ("漢字" text DEFAULT 'ｶﾅ'); INSERT INTO "表" VALUES ('漢字'), ('ｶﾅ'), ('丂'), (E'表\\\\ソ\\n\\\\.');
  COMMENT ON TABLE "表" IS '予約 能'; CREATE FUNCTION "関数"() RETURNS text LANGUAGE sql AS $$ SELECT '貼' $$`
const bytes = String.raw`
  CREATE TABLE t (v text DEFAULT E'\xe9'); INSERT INTO t VALUES (E'\xe9\xff'), (E'\xc3\xbc'); COMMENT ON TABLE t IS E'\xe9'`

for (const major of [13, 18] as const) {
  describe(`psql ${major} restores`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    const expectEqual = async (source: string, restored: string) => {
      expect((await compareDatabases(server, source, restored)).differences).toEqual([])
      expect(await stock.definitions(restored)).toBe(await stock.definitions(source))
    }

    test.each([
      { encoding: 'LATIN1', written: 'LATIN1', sql: names },
      { encoding: 'SQL_ASCII', written: 'SQL_ASCII', sql: bytes },
      { encoding: 'EUC_JP', written: 'EUC_JP', sql: kanji },
      { encoding: 'UTF8', written: 'EUC_JP', sql: kanji },
      { encoding: 'UTF8', written: 'LATIN1', sql: names },
      { encoding: 'UTF8', written: 'WIN1252', sql: names },
    ])('a file in $written of a database in $encoding', async ({ encoding, sql, written }) => {
      const [source, restored] = [`${encoding} ${written}`, `${encoding} ${written} restored`]
      for (const name of [source, restored])
        await server.createDatabase(name, `TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`)
      await server.query(sql, source)
      const target = await backUp(server, source, written === encoding ? {} : { encoding: written })
      expect(await stock.psql(restored, target)).toBe('')
      await expectEqual(source, restored)
    })

    test('definitions, then rows alone past triggers, without headers', async () => {
      await server.createDatabase('whole')
      await server.query(await readScript('selection.sql'), 'whole')
      await server.query(
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION refuse()`,
        'whole',
      )
      await server.createDatabase('in two parts', 'TEMPLATE template0')
      const parts = [{ schemaOnly: true }, { dataOnly: true, disableTriggers: true }]
      for (const part of parts) {
        expect(await stock.psql('in two parts', await backUp(server, 'whole', { header: false, ...part }))).toBe('')
      }
      await expectEqual('whole', 'in two parts')
    })
  })
}
