import { rename } from 'node:fs/promises'
import path from 'node:path'
import { backup, file, type RestoreOptions, restore } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

const latin = `
  CREATE SCHEMA "schéma"; CREATE TABLE "schéma"."café" ("clé" int PRIMARY KEY, "goût" text DEFAULT 'ö');
  INSERT INTO "schéma"."café" VALUES (1, 'ünï'), (2, '£'); CREATE TABLE "schéma"."thé" ("clé" int REFERENCES "schéma"."café");
  INSERT INTO "schéma"."thé" VALUES (1); CREATE SEQUENCE "schéma"."suite"; SELECT setval('"schéma"."suite"', 77);
  CREATE MATERIALIZED VIEW "schéma"."été" AS SELECT * FROM "schéma"."café"`
const kanji = `
  CREATE SCHEMA "予約"; CREATE TABLE "予約"."表" ("漢字" int PRIMARY KEY, v text DEFAULT 'ｶﾅ');
  INSERT INTO "予約"."表" VALUES (1, '能'), (2, '申'); CREATE SEQUENCE "予約"."列"`

let server: TestServer
let made = 0
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

async function databaseIn(encoding: string, sql: string): Promise<string> {
  made += 1
  const name = `in ${encoding} ${made}`
  await server.createDatabase(name, `TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`)
  await server.query(sql, name)
  return name
}

/** A backup of a database, in that encoding where its own is another. */
async function backupOf(
  database: string,
  name: string,
  encoding?: string,
): Promise<Pick<RestoreOptions, 'from' | 'id'>> {
  const from = file(path.join(await tempFolder(), name))
  const { id } = await backup({ engine: engineFor(server, database), to: from, ...(encoding && { encoding }) })
  return from.objectKey === undefined ? { from, id } : { from }
}

const restoreInto = (database: string, options: Pick<RestoreOptions, 'from' | 'id'> & Partial<RestoreOptions>) =>
  restore({ engine: engineFor(server, database), ...options })

async function expectRestored(source: string, options: Pick<RestoreOptions, 'from' | 'id'>) {
  made += 1
  const database = `restored ${made}`
  expect((await restoreInto(database, { ...options, createDatabase: true })).findings).toEqual([])
  expect((await compareDatabases(server, source, database)).differences).toEqual([])
}

describe.each(['backup.dump', ''])('an archive in another encoding than UTF-8: "%s"', (name) => {
  test.each([
    ['LATIN1', latin],
    ['EUC_JP', kanji],
  ])('of a database in %s', async (encoding, sql) => {
    const source = await databaseIn(encoding, sql)
    await expectRestored(source, await backupOf(source, name))
  })

  test.each([
    ['LATIN1', latin],
    ['SJIS', kanji],
  ])('of a database in UTF8, written in %s', async (encoding, sql) => {
    const source = await databaseWith(server, sql)
    await expectRestored(source, await backupOf(source, name, encoding))
  })
})

test('an archive without a manifest, as pg_dump writes it', async () => {
  const source = await databaseIn('LATIN1', latin)
  const folder = await tempFolder()
  await backup({ engine: engineFor(server, source), to: file(path.join(folder, 'backup.dump')) })
  const alone = path.join(folder, 'alone.dump')
  await rename(path.join(folder, 'backup.dump'), alone)
  await expectRestored(source, { from: file(alone) })
})

test.each(['truncate', 'drop', 'drop-cascade'] as const)('what is there is replaced: %s', async (onExisting) => {
  const source = await databaseIn('LATIN1', latin)
  const target = await databaseWith(server, `${latin}; INSERT INTO "schéma"."café" VALUES (3, 'ñ')`)
  const { findings } = await restoreInto(target, {
    ...(await backupOf(source, '')),
    onExisting,
    consent: async () => true,
  })
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  expect((await compareDatabases(server, source, target)).differences).toEqual([])
})

test('a role with such a name restores, also behind rights that somebody else has granted', async () => {
  await server.query('CREATE ROLE "rôle" SUPERUSER; CREATE ROLE grantor; CREATE ROLE visitor')
  const source = await databaseIn(
    'LATIN1',
    `${latin}; GRANT USAGE ON SCHEMA "schéma" TO grantor; GRANT SELECT ON "schéma"."café" TO grantor WITH GRANT OPTION;
     SET SESSION AUTHORIZATION grantor; GRANT SELECT ON "schéma"."café" TO visitor; RESET SESSION AUTHORIZATION`,
  )
  const target = await databaseWith(server, 'SELECT 1')
  const { findings } = await restoreInto(target, { ...(await backupOf(source, '')), role: 'rôle' })
  expect(findings).toEqual([])
  const { rows } = await server.query(
    `SELECT grantor::regrole::text FROM pg_class, aclexplode(relacl) WHERE relname = 'café' AND grantee = 'visitor'::regrole`,
    target,
  )
  expect(rows).toEqual([{ grantor: 'grantor' }])
})

test('names in SQL_ASCII that are no UTF-8 are told, with what to do', async () => {
  const made = (sql: string) => `EXECUTE format('${sql}', convert_from('\\x636166e9', 'SQL_ASCII'));`
  const source = await databaseIn(
    'SQL_ASCII',
    `DO $$ BEGIN ${made('CREATE SCHEMA %I')} ${made('CREATE TABLE %I (id int)')} END $$`,
  )
  await expect(backupOf(source, 'backup.sql')).rejects.toMatchObject({
    code: 'ENGINE.SNAPSHOT',
    message: expect.stringContaining('no UTF-8: caf\\xe9, public.caf\\xe9.'),
    hint: expect.stringContaining('rename them'),
  })
})
