import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytes, kanji, names } from '../support/encoded-sql.ts'
import { backUp, readScript } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

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
