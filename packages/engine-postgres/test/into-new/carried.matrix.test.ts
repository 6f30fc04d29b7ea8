import { compareDatabases, databaseContent, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { databaseWith, untilNoConnection } from '../snapshot/run-backup.ts'
import { backupOf, besideName, content, databases, former } from './beside.ts'

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
/** 63 bytes. */
const name = `Läden "große" ${'ü'.repeat(22)}€`
const database = quoted(name)

describe.each([13, 14, 17] as const)('PostgreSQL %i', (major) => {
  let server: TestServer
  let source: string
  beforeAll(async () => {
    server = await startServer(major)
    await server.query(`CREATE ROLE "the Owner"; CREATE ROLE reader; CREATE ROLE other; CREATE ROLE "Third"`)
    source = await databaseWith(server, content)
  })
  afterAll(() => server.stop())

  test('owner, rights, comment, settings, limits, encoding and locale go over to what takes the name', async () => {
    expect(Buffer.byteLength(name)).toBe(63)
    const provider = major < 15 ? '' : "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    await server.createDatabase(
      name,
      `OWNER "the Owner" TEMPLATE template0 ${provider} LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`,
    )
    await server.query(former, name)
    await server.query(`
      REVOKE ALL ON DATABASE ${database} FROM PUBLIC; GRANT CONNECT, TEMP ON DATABASE ${database} TO reader WITH GRANT OPTION;
      SET ROLE reader; GRANT CONNECT ON DATABASE ${database} TO other WITH GRANT OPTION;
      SET ROLE other; GRANT CONNECT ON DATABASE ${database} TO "Third"; RESET ROLE;
      REVOKE CREATE ON DATABASE ${database} FROM "the Owner";
      COMMENT ON DATABASE ${database} IS 'it''s the \\ shop';
      ALTER DATABASE ${database} SET search_path TO 'Odd "x", y', '$user', public;
      ALTER DATABASE ${database} SET temp_tablespaces TO '';
      ALTER DATABASE ${database} SET app.note TO 'it''s a=b, \\ "c"';
      ALTER DATABASE ${database} SET default_transaction_read_only TO on;
      ALTER DATABASE ${database} SET "TimeZone" TO 'Europe/Berlin';
      ALTER ROLE reader IN DATABASE ${database} SET statement_timeout TO '5s';
      ALTER ROLE reader IN DATABASE ${database} SET search_path TO '';
      ALTER DATABASE ${database} WITH CONNECTION LIMIT 7 IS_TEMPLATE true`)
    const before = await databases(server)
    const rows = await databaseContent(server, name)

    const backup = await backupOf(server, source, 'directory')
    const { database: restored, replaced, findings } = await backup.into(name, { jobs: 2 })
    expect({ restored, findings }).toEqual({ restored: name, findings: [] })
    expect(replaced?.keptAs).toMatch(/^Läden "große" ü+_before_\d{8}T\d{6}Z$/)
    expect(Buffer.byteLength(replaced?.keptAs ?? '')).toBeLessThanOrEqual(63)

    const after = await databases(server)
    const was = before[name] as Record<string, unknown>
    const withoutOid = (facts: unknown, oid: unknown, named: string) =>
      JSON.stringify(facts).replaceAll(`"${oid}"`, '"oid"').replaceAll(`:${oid},`, ':oid,').replaceAll(named, 'name')
    const now = after[name] as Record<string, unknown>
    expect(now.oid).not.toBe(was.oid)
    const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
    expect(withoutOid(now, now.oid, inJson(name))).toBe(withoutOid(was, was.oid, inJson(name)))
    // Row by row what it was, but for the name.
    expect(after[replaced?.keptAs ?? '']).toEqual({ ...was, datname: replaced?.keptAs })
    expect(await databaseContent(server, replaced?.keptAs ?? '')).toEqual(rows)
    expect(Object.keys(after)).toHaveLength(Object.keys(before).length + 1)
    expect((await compareDatabases(server, source, name)).differences).toEqual([])
    await server.query(`ALTER DATABASE ${quoted(replaced?.keptAs ?? '')} IS_TEMPLATE false`)
    await server.query(replaced?.drop ?? '')
    await untilNoConnection(server)
  })

  test('what is changed while the restore runs goes over, too; plain dumps as well', async () => {
    const target = await databaseWith(server, former)
    await server.query(`ALTER DATABASE ${target} SET work_mem TO '5MB'; ALTER DATABASE ${target} SET app.gone TO 'x'`)
    const backup = await backupOf(server, source, 'plain')
    let changed: Promise<unknown> = Promise.resolve()
    const { replaced } = await backup.into(target, {
      through: (from) => ({
        ...from,
        async *read(key, options) {
          const bytes = from.read(key, options)
          // What is made before is like the target at that time.
          if (Object.keys(await databases(server)).some((each) => besideName.test(each))) {
            changed = server.query(`
              ALTER DATABASE ${target} RESET app.gone; GRANT CREATE ON DATABASE ${target} TO other;
              ALTER DATABASE ${target} OWNER TO "the Owner"; COMMENT ON DATABASE ${target} IS 'late'`)
          }
          await changed
          yield* bytes
        },
      }),
    })
    const { rows } = await server.query(
      `SELECT pg_get_userbyid(datdba) AS owner, shobj_description(d.oid, 'pg_database') AS comment, setconfig, datacl::text AS acl
       FROM pg_database d LEFT JOIN pg_db_role_setting ON setdatabase = d.oid
       WHERE datname IN ('${target}', '${replaced?.keptAs}') ORDER BY datname = '${target}'`,
    )
    expect(rows[1]).toMatchObject({ owner: 'the Owner', comment: 'late', setconfig: ['work_mem=5MB'] })
    expect(rows[1].acl).toContain('other=C/')
    expect(rows[0]).toEqual(rows[1])
    expect(await databaseContent(server, target)).toEqual(await databaseContent(server, source))
  })
})

test.each([
  [15, "ICU_LOCALE 'de-u-co-phonebk'"],
  [18, "ICU_LOCALE 'de-u-co-phonebk' ICU_RULES '& V << w <<< W'"],
] as const)('PostgreSQL %i: a locale of ICU', async (major, locale) => {
  const server = await startServer(major)
  onTestFinished(() => server.stop())
  await server.createDatabase('shop', `TEMPLATE template0 LOCALE_PROVIDER icu ${locale} LC_COLLATE 'C' LC_CTYPE 'C'`)
  const source = await databaseWith(server, content)
  const { replaced } = await (await backupOf(server, source, 'plain')).into('shop')
  const all = await databases(server)
  const facts = (of = '') => ({ ...(all[of] as object), oid: 0, datname: '' })
  expect(facts('shop')).toEqual(facts(replaced?.keptAs))
  expect(facts('shop')).toMatchObject({ datlocprovider: 'i' })
})
