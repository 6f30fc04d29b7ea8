import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, engineFor, restoreInto, temporaryFolder } from '../support/round-trip.ts'

const names = `
  CREATE TABLE "tablé" ("cé" text DEFAULT 'ö'); INSERT INTO "tablé" VALUES ('ünï'), ('£');
  COMMENT ON TABLE "tablé" IS 'é'; CREATE SEQUENCE "sé"; CREATE MATERIALIZED VIEW "mé" AS SELECT 'ÿ' AS "ñ";
  SELECT lo_from_bytea(77, 'é'); COMMENT ON LARGE OBJECT 77 IS 'é'`

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    const create = (name: string, encoding: string) =>
      server.createDatabase(name, `TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`)
    const expectEqual = async (source: string, restored: string) =>
      expect((await compareDatabases(server, source, restored)).differences).toEqual([])

    test('a database in LATIN1 keeps its bytes, and converts into UTF8', async () => {
      for (const name of ['latin', 'latin again']) await create(name, 'LATIN1')
      await server.query(names, 'latin')
      const target = await backUp(server, 'latin')
      expect((await readFile(target)).includes(Buffer.from('\nünï\n', 'latin1'))).toBe(true)
      await restoreInto(server, 'latin again', target, { createDatabase: false })
      await expectEqual('latin', 'latin again')
      expect(await definitionsOf(server, 'latin again')).toEqual(await definitionsOf(server, 'latin'))
      await restoreInto(server, 'latin as utf8', target)
      await expectEqual('latin', 'latin as utf8')
    })

    test('a database in EUC_JP keeps its bytes, and converts into UTF8', async () => {
      for (const name of ['japanese', 'japanese again']) await create(name, 'EUC_JP')
      // Characters of two bytes, of two that begin with a shift, and of three.
      await server.query(
        `CREATE TABLE "表" ("漢字" text DEFAULT 'ｶﾅ'); INSERT INTO "表" VALUES ('漢字'), ('ｶﾅ'), ('丂'), (E'表\\ソ\n\\.');
         COMMENT ON TABLE "表" IS '予約 能'; CREATE TYPE "型" AS ENUM ('申', 'ｿ'); CREATE SEQUENCE "列";
         CREATE FUNCTION "関数"() RETURNS text LANGUAGE sql AS $$ SELECT '貼' $$; SELECT lo_create(77); COMMENT ON LARGE OBJECT 77 IS '大'`,
        'japanese',
      )
      const target = await backUp(server, 'japanese')
      const bytes = await readFile(target)
      for (const row of ['b4c1bbfa', '8eb68ec5', '8fb0a1']) expect(bytes.includes(`0a${row}0a`, 'hex')).toBe(true)
      await restoreInto(server, 'japanese again', target, { createDatabase: false })
      await expectEqual('japanese', 'japanese again')
      expect(await definitionsOf(server, 'japanese again')).toEqual(await definitionsOf(server, 'japanese'))
      await restoreInto(server, 'japanese as utf8', target)
      await expectEqual('japanese', 'japanese as utf8')
    })

    test('a database in UTF8 can be written in LATIN1', async () => {
      await create('utf8', 'UTF8')
      await server.query(names, 'utf8')
      const target = await backUp(server, 'utf8', { encoding: 'LATIN1' })
      const bytes = await readFile(target)
      expect(bytes.includes(Buffer.from('COMMENT ON TABLE public."tablé" IS \'é\';', 'latin1'))).toBe(true)
      expect(bytes.toString('latin1')).toContain("SET client_encoding = 'LATIN1';")
      await restoreInto(server, 'utf8 again', target)
      await expectEqual('utf8', 'utf8 again')
      expect(await definitionsOf(server, 'utf8 again')).toEqual(await definitionsOf(server, 'utf8'))
    })

    test('what LATIN1 cannot hold fails the backup and leaves no file', async () => {
      await create('beyond latin', 'UTF8')
      await server.query(`CREATE TABLE t AS SELECT '漢' AS v`, 'beyond latin')
      const target = path.join(await temporaryFolder(), 'backup.sql')
      const running = backup({ engine: engineFor(server, 'beyond latin'), to: file(target), encoding: 'LATIN1' })
      await expect(running).rejects.toMatchObject({ code: 'ENGINE.COPY_OUT' })
      await expect(access(target)).rejects.toThrow('ENOENT')
    })

    test('a database in SQL_ASCII keeps bytes that are no text at all', async () => {
      for (const name of ['bytes', 'bytes again']) await create(name, 'SQL_ASCII')
      const sql = String.raw`
        CREATE TABLE t (v text DEFAULT E'\xe9'); INSERT INTO t VALUES (E'\xe9\xff'), (E'\xc3\xbc'), (E'\x80\\x');
        COMMENT ON TABLE t IS E'\xe9'; CREATE VIEW v AS SELECT E'\xff' AS x`
      await server.query(sql, 'bytes')
      const target = await backUp(server, 'bytes')
      expect((await readFile(target)).includes(Buffer.from([0x0a, 0xe9, 0xff, 0x0a]))).toBe(true)
      await restoreInto(server, 'bytes again', target, { createDatabase: false })
      await expectEqual('bytes', 'bytes again')
      const comment = "SELECT convert_to(obj_description('t'::regclass), 'SQL_ASCII') AS bytes"
      expect((await server.query(comment, 'bytes again')).rows).toEqual([{ bytes: Buffer.from([0xe9]) }])
    })
  })
}
