import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytes, kanji, names } from '../support/encoded-sql.ts'
import { backUpAs } from '../support/grid/archives.ts'
import { listedBy } from '../support/grid/listed.ts'
import { readScript, temporaryFolder } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

const objects = `
  SELECT lo_from_bytea(41001, decode(repeat('00ff5c27', 9000), 'hex')); ALTER LARGE OBJECT 41001 OWNER TO owner_r;
  COMMENT ON LARGE OBJECT 41001 IS E'lo''s\\ncomment'; GRANT SELECT ON LARGE OBJECT 41001 TO reader_r;
  GRANT SELECT ON ALL TABLES IN SCHEMA app TO reader_r; ALTER TABLE app.orders OWNER TO owner_r`

for (const major of [13, 18] as const) {
  describe(`pg_restore ${major} restores`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
      await server.query(await readScript('roles.sql'))
      await server.createDatabase('whole')
      await server.query(`${await readScript('selection.sql')}; ${objects}`, 'whole')
    })
    afterAll(() => server.stop())

    const expectEqual = async (source: string, restored: string) => {
      expect((await compareDatabases(server, source, restored)).differences).toEqual([])
      expect(await stock.definitions(restored)).toBe(await stock.definitions(source))
    }
    const archiveOf = async (database: string, ...[kind, selection]: [Parameters<typeof backUpAs>[3], object?]) =>
      await backUpAs(server, database, path.join(await temporaryFolder(), 'archive'), kind, selection)

    test.each([
      { encoding: 'LATIN1', sql: names, format: 'custom' },
      { encoding: 'LATIN1', sql: names, format: 'directory' },
      { encoding: 'EUC_JP', sql: kanji, format: 'custom' },
      { encoding: 'EUC_JP', sql: kanji, format: 'directory' },
      { encoding: 'SQL_ASCII', sql: bytes, format: 'custom' },
      { encoding: 'SQL_ASCII', sql: bytes, format: 'directory' },
    ] as const)('a $format archive of a database in $encoding', async ({ encoding, sql, format }) => {
      const [source, restored] = [`${encoding} ${format}`, `${encoding} ${format} restored`]
      for (const name of [source, restored])
        await server.createDatabase(name, `TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`)
      await server.query(sql, source)
      expect(await stock.restore([await archiveOf(source, { format, compression: 'gzip' })], restored)).toEqual([])
      await expectEqual(source, restored)
    })

    test.each([
      { selection: { schemaOnly: true }, flag: '--schema-only' },
      { selection: { dataOnly: true }, flag: '--data-only' },
      { selection: { noPrivileges: true }, flag: '--no-privileges' },
    ])('an archive with the entries of pg_dump $flag', async ({ selection, flag }) => {
      const newest = stockFor(server, major === 18 ? 18 : 17)
      const dump = path.join(await temporaryFolder(), 'theirs.dump')
      await newest.dump('whole', dump, '--format=custom', flag)
      const theirs = await listedBy(newest, dump)
      const ours = await listedBy(
        newest,
        await archiveOf('whole', { format: 'custom', compression: 'none' }, selection),
      )
      // Rows alone fill materialised views too; pg_dump leaves these as they were.
      const own = flag === '--data-only' ? / MATERIALIZED VIEW DATA / : / ACL - SCHEMA public /
      const said = (lines: readonly string[]) => lines.filter((line) => !own.test(line))
      expect(said(ours.definitions)).toEqual(said(theirs.definitions))
      expect(ours.data.toSorted()).toEqual(theirs.data.toSorted())
      expect(ours.largeObjects.length > 0).toBe(theirs.largeObjects.length > 0)
    })

    for (const format of ['custom', 'directory'] as const) {
      const kind = { format, compression: 'gzip' } as const

      test(`definitions, then rows alone, in ${format} archives`, async () => {
        const target = `${format} in two parts`
        await server.createDatabase(target, 'TEMPLATE template0')
        for (const part of [{ schemaOnly: true }, { dataOnly: true }]) {
          expect(await stock.restore([await archiveOf('whole', kind, part)], target)).toEqual([])
        }
        await expectEqual('whole', target)
      })

      test(`a ${format} archive without owners, and one without privileges, name no role for it`, async () => {
        const scriptOf = async (selection: object) =>
          await stock.read(['--file=-', await archiveOf('whole', kind, selection)])
        const [all, unowned, ungranted] = [
          await scriptOf({}),
          await scriptOf({ noOwner: true }),
          await scriptOf({ noPrivileges: true }),
        ]
        expect(all).toMatch(/OWNER TO owner_r[\s\S]*GRANT SELECT/)
        expect(all).toMatch(/ON LARGE OBJECT 41001 TO "?reader_r/)
        expect(unowned).not.toMatch(/OWNER TO|; Owner: [^-\n]/)
        expect(unowned).toMatch(/^GRANT/m)
        expect(ungranted).not.toMatch(/^(GRANT|REVOKE)/m)
        expect(ungranted).toMatch(/OWNER TO owner_r/)
      })
    }
  })
}
