import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quoteIdentifier } from '../../src/index.ts'
import { openRenamer } from '../../src/rename/index.ts'
import { schemaPlan } from '../rename/plans.ts'
import { definitions, dumpedSchemas, load, loadDataSet, type OracleMajor, statementsOf } from './dumped-schemas.ts'

const userSchemas = `SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`

/** Texts that ALTER SCHEMA leaves with the old name, and renaming does not. */
const followed = /SET (?:search_path|default_text_search_config) TO .*|dictionary = '.*?'|\('[^']*'::text\)::regclass/g
/** Which commands pg_dump writes of the version that happened to write it. */
const volatile = /^\\(?:un)?restrict .*$/gm

describe.each([13, 17, 18] as const)('schemas of PostgreSQL %i', (major: OracleMajor) => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    server = await startServer(major)
    folder = await mkdtemp(path.join(tmpdir(), 'pgark-renamed-'))
  })
  afterAll(async () => {
    await server?.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  test.each(dumpedSchemas.filter(({ since = 13 }) => since <= major))('of $name get other names', async (dataSet) => {
    await loadDataSet(server, dataSet)
    const { rows } = await server.query(userSchemas, dataSet.name)
    const names: Record<string, string> = Object.fromEntries(rows.map(({ nspname }) => [nspname, `New.${nspname}`]))
    const there = await openRenamer(schemaPlan(names))
    const back = await openRenamer(
      schemaPlan(Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]))),
    )

    const statements = await statementsOf((await definitions(server, dataSet.name)).replace(volatile, ''))
    expect(statements.length).toBeGreaterThan(20)
    const renamed = statements.map((sql) => there.rename(sql))
    expect(renamed.map(({ sql }) => back.rename(sql).sql)).toEqual(statements)

    // Restored under the new names …
    const copy = `${dataSet.name}_renamed`
    await server.createDatabase(copy)
    // A dump does not create this one.
    if ('public' in names) await server.query(`ALTER SCHEMA public RENAME TO ${quoteIdentifier('New.public')}`, copy)
    await restore(
      copy,
      renamed.map(({ sql }) => extensionsMoved(sql, names)),
    )

    // … or restored and then renamed by the server.
    const restored = `${dataSet.name}_restored`
    await server.createDatabase(restored)
    await restore(restored, statements)
    for (const [from, to] of Object.entries(names)) {
      await server.query(`ALTER SCHEMA ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`, restored)
    }
    expect(comparable(await definitions(server, copy))).toBe(comparable(await definitions(server, restored)))
  })

  async function restore(database: string, statements: readonly string[]): Promise<void> {
    const file = path.join(folder, `${database}.sql`)
    await writeFile(file, statements.join('\n'))
    await load(server, database, file, '-v', 'ON_ERROR_STOP=1')
  }
})

/** An extension is where it was installed: that is not for its objects' definitions to say. */
const extensionsMoved = (sql: string, names: Readonly<Record<string, string>>) =>
  /^CREATE EXTENSION/.test(sql.trim())
    ? sql.replace(/WITH SCHEMA (\w+)/, (text, schema) => (names[schema] ? `WITH SCHEMA "${names[schema]}"` : text))
    : sql

const comparable = (script: string) => script.replace(volatile, '').replace(followed, '(followed)')
