import type pg from 'pg'
import type { Inspection } from './describe-filter.ts'
import { inline } from './inline.ts'
import { type SearchPath, searchPathSetting } from './search-path.ts'
import type { Template } from './template.ts'
import { wrongFilter } from './wrong-filter.ts'

// Which operator a comparison has, PostgreSQL finds by the search_path. In a backup those of extensions' types are always found; sessions
// of an application may not find them, and then its ORM compares a citext as text, and has other rows:
// https://www.postgresql.org/docs/current/typeconv-oper.html

/**
 * Throws `USAGE.FILTER` where an ORM's query has other operators in the sessions of the application, as far as their search_path is
 * that of the role or the database. Reads no rows.
 */
export async function refuseOtherOperators(
  { client, searchPath, extensionSchemas }: Inspection,
  query: Template,
): Promise<void> {
  const hidden = extensionSchemas.filter((schema) => searchPath.includes(schema))
  const seen = hidden.length > 0 ? await pathOfSessions(client) : []
  const unseen = hidden.filter((schema) => !seen.includes(schema))
  if (unseen.length === 0) return
  const { sql } = inline(query)
  const plain = searchPath.filter((schema) => !unseen.includes(schema))
  if ((await explained(client, sql, searchPath)) === (await explained(client, sql, plain))) return
  const names = unseen.join(', ')
  throw wrongFilter(
    `It compares values of a type of an extension in ${names}, and sessions of the application do not find its operators there: they would find other rows than those of that type.`,
    `set the search_path of the role or the database, with ${names} in it; or give a condition as sql\`…\`, which finds them`,
  )
}

/** As they begin. The path of the transaction is empty. */
async function pathOfSessions(client: pg.ClientBase): Promise<readonly string[]> {
  return await within(client, async () => {
    await client.query(
      `SELECT pg_catalog.set_config('search_path', reset_val, true) FROM pg_catalog.pg_settings WHERE name = 'search_path'`,
    )
    const { rows } = await client.query<{ path: string[] }>(
      'SELECT pg_catalog.current_schemas(true)::pg_catalog.text[] AS path',
    )
    return rows[0]?.path ?? []
  })
}

/** What the server would do, with operators and casts; undefined where it cannot, as it finds no operator at all. */
async function explained(client: pg.ClientBase, query: string, path: SearchPath): Promise<string | undefined> {
  const [plan] = await Promise.allSettled([
    within(client, async () => {
      await client.query(`SET LOCAL search_path = ${searchPathSetting(path) || "''"}`)
      const { rows } = await client.query<Record<string, string>>(`EXPLAIN (VERBOSE, COSTS OFF) ${query}`)
      return rows.map((row) => Object.values(row).join()).join('\n')
    }),
  ])
  return plan.status === 'fulfilled' ? plan.value : undefined
}

async function within<T>(client: pg.ClientBase, ask: () => Promise<T>): Promise<T> {
  await client.query('SAVEPOINT pgark_operators')
  try {
    return await ask()
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT pgark_operators; RELEASE SAVEPOINT pgark_operators')
  }
}
