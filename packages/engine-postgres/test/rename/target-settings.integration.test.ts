import { backup, file, type RestoreOptions, type RunEvent } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from '../restore/target.ts'
import { databaseWith, engineFor, tempFolder } from '../snapshot/run-backup.ts'

// What a database does by itself with everything new would reach copies, too.

const content = `
  CREATE SCHEMA app; CREATE SCHEMA apart;
  CREATE TABLE app.papers (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE TABLE app.people (id serial);
  CREATE UNLOGGED TABLE app.cache (id integer);
  CREATE VIEW app.news AS SELECT id FROM app.papers; CREATE TYPE app.mood AS ENUM ('good');
  CREATE FUNCTION app.secret(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE AGGREGATE app.many(*) (sfunc = int8inc, stype = int8, initcond = '0');
  CREATE PROCEDURE app.act() LANGUAGE sql AS 'SELECT 1';
  INSERT INTO app.papers DEFAULT VALUES`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { wal_level: 'logical' } })
  await server.query('CREATE ROLE "Réader"; CREATE ROLE owner')
})
afterAll(() => server.stop())

async function source(format: string, sql = '') {
  const database = await databaseWith(server, content + sql)
  const location = await tempFolder()
  const { id } = await backup({ engine: engineFor(server, database), to: file(location), format })
  const events: RunEvent[] = []
  const target = targetAt(server, database)
  const restore = (options: Partial<RestoreOptions>) =>
    target.restore(location, { id, onEvent: (event) => events.push(event), ...options })
  const warnings = () => events.flatMap((event) => (event.type === 'warning' ? [event] : []))
  return { restore, query: target.query, warnings }
}

describe('publications', () => {
  const published = async ({ query }: Pick<Awaited<ReturnType<typeof source>>, 'query'>) =>
    await query('SELECT pubname, schemaname, tablename FROM pg_publication_tables ORDER BY 1, 2, 3')

  test('of all tables, or of the tables of a schema, are told before anything runs', async () => {
    const made = await source('directory')
    await made.query('CREATE SCHEMA other; CREATE PUBLICATION other FOR TABLES IN SCHEMA other')
    await made.query('CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION few FOR TABLES IN SCHEMA app')
    const before = await published(made)
    const copying = { schemas: ['app'], renameSchemas: { app: 'copy' } }
    await made.restore({ ...copying, dryRun: true })
    expect(await published(made)).toEqual(before)
    const told = {
      code: 'RENAME.PUBLISHED',
      message:
        'The publication everything is for all tables, and will publish what is restored under a new name: TABLE copy.papers, TABLE copy.people.',
    }
    expect(made.warnings()).toEqual([expect.objectContaining(told)])
    await made.restore(copying)
    // As was told.
    expect((await published(made)).filter(({ schemaname }) => schemaname === 'copy')).toEqual([
      { pubname: 'everything', schemaname: 'copy', tablename: 'papers' },
      { pubname: 'everything', schemaname: 'copy', tablename: 'people' },
    ])
  })

  test('of the schema in which a table gets a copy', async () => {
    const made = await source('custom')
    await made.query('CREATE PUBLICATION few FOR TABLES IN SCHEMA app')
    await made.restore({ tables: ['app.people'], renameTables: { people: 'persons' } })
    expect(made.warnings().map(({ message }) => message)).toEqual([
      'The publication few is for the tables of app, and will publish what is restored under a new name: TABLE app.persons.',
    ])
    expect(await published(made)).toContainEqual({ pubname: 'few', schemaname: 'app', tablename: 'persons' })
  })

  test('of named tables are not told', async () => {
    const made = await source('custom')
    await made.query('CREATE PUBLICATION few FOR TABLE app.papers')
    await made.restore({ schemas: ['app'], renameSchemas: { app: 'copy' } })
    expect(made.warnings()).toEqual([])
  })
})

describe('default privileges', () => {
  /** After the objects were made: none of them has these rights. */
  const defaults = `
    ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "Réader"; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
    ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO owner; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO "Réader";
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO owner;
    ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO owner WITH GRANT OPTION`
  const granted = `
    GRANT SELECT ON app.papers TO "Réader"; GRANT USAGE ON SCHEMA app TO "Réader"; REVOKE ALL ON FUNCTION app.secret FROM PUBLIC;
    ALTER TABLE app.people OWNER TO owner`
  /** Rights, where they are those of the beginning written out or not. */
  const rights = (schema: string) => `
    SELECT name, array_agg(grantee || ' ' || privilege_type ORDER BY grantee, privilege_type) AS rights FROM (
      SELECT relname AS name, relowner AS owner, coalesce(relacl, acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner)) AS acl
      FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'v', 'S')
      UNION ALL SELECT proname, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace
      UNION ALL SELECT typname, typowner, coalesce(typacl, acldefault('T', typowner)) FROM pg_type WHERE typnamespace = '${schema}'::regnamespace
      UNION ALL SELECT 'the schema', nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = '${schema}'
    ) AS made, LATERAL (SELECT grantee::regrole::text AS grantee, privilege_type FROM aclexplode(acl)) AS given GROUP BY 1 ORDER BY 1`

  test.each([
    { format: 'directory', options: {} },
    { format: 'custom', options: { singleTransaction: true } },
  ])('a copy of a schema has the rights of the original, by $format with $options', async ({ format, options }) => {
    const { restore, query } = await source(format, `; ${granted}`)
    await query(defaults)
    const { findings } = await restore({
      schemas: ['app'],
      renameSchemas: { app: 'copy' },
      definitions: true,
      ...options,
    })
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(await query(rights('copy'))).toEqual(await query(rights('app')))
  })

  test('a copy of a table has the rights of the original', async () => {
    const { restore, query } = await source('directory', `; ${granted}`)
    await query(defaults)
    await restore({ tables: ['app.papers'], renameTables: { papers: 'papers_test' } })
    const found = await query(rights('app'))
    const rightsOf = (name: string) => found.find((row) => row.name === name)?.rights
    expect(rightsOf('papers_test')).toEqual(rightsOf('papers'))
    expect(rightsOf('papers_test_id_seq')).toEqual(rightsOf('papers_id_seq'))
  })

  test('where the original is not, and without privileges, the database gives what it gives to everything', async () => {
    const { restore, query } = await source('custom', `; ${granted}`)
    await query('ALTER DEFAULT PRIVILEGES GRANT TRUNCATE ON TABLES TO "Réader"')
    await restore({ schemas: ['app'], renameSchemas: { app: 'copy' }, noPrivileges: true })
    const truncates = "SELECT has_table_privilege('Réader', 'copy.papers', 'TRUNCATE') AS may"
    expect(await query(truncates)).toEqual([{ may: true }])
    await query('DROP SCHEMA app CASCADE; DROP SCHEMA copy CASCADE')
    await restore({ schemas: ['app'], renameSchemas: { app: 'copy' } })
    expect(await query(truncates)).toEqual([{ may: true }])
  })
})
