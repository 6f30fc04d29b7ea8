import { type Token, tokenize } from '@pgark/pg-sql'
import type pg from 'pg'
import type { SearchPath } from './search-path.ts'
import { nameOfToken } from './token-name.ts'
import { wrongFilter } from './wrong-filter.ts'

const volatileSql = `
  SELECT called.name, bool_and(n.nspname = 'pg_catalog') AS "isBuiltIn" FROM unnest($1::text[], $2::text[]) AS called (schema, name)
  JOIN pg_proc p ON p.proname = called.name
  JOIN pg_namespace n ON n.oid = p.pronamespace
   AND CASE WHEN called.schema = '' THEN (n.nspname = 'pg_catalog' OR n.nspname = ANY ($3)) ELSE n.nspname = called.schema END
  GROUP BY called.name HAVING bool_and(p.provolatile = 'v') ORDER BY called.name`

const instead: Readonly<Record<string, string>> = {
  random: 'use sample(percent, { seed })',
  clock_timestamp: 'use now()',
}

/**
 * Throws `USAGE.FILTER` where SQL calls a volatile function. Rows are read by several statements, and before that looked at for what
 * refers to them: each must come to the same answer. Nor may a filter change anything, which only volatile functions do.
 */
export async function refuseVolatile(client: pg.ClientBase, text: string, searchPath: SearchPath): Promise<void> {
  const calls = callsIn([...tokenize(text)].filter(({ type }) => type !== 'comment'))
  if (calls.length === 0) return
  const { rows } = await client.query<{ name: string; isBuiltIn: boolean }>(volatileSql, [
    calls.map(({ schema }) => schema),
    calls.map(({ name }) => name),
    searchPath,
  ])
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name)
  throw wrongFilter(
    `It calls ${names.map((name) => `${name}()`).join(', ')}: volatile, so that its answer may be another one each time, or it may write.`,
    rows.map(hintFor).join('; '),
  )
}

/** PostgreSQL's own functions are what they are. */
function hintFor({ name, isBuiltIn }: { readonly name: string; readonly isBuiltIn: boolean }): string {
  return instead[name] ?? (isBuiltIn ? `do without ${name}` : `declare ${name} STABLE if it only reads`)
}

/** What stands before a parenthesis, by its name; the schema is empty where it has none. */
function callsIn(tokens: readonly Token[]): { schema: string; name: string }[] {
  return tokens.flatMap((token, index) => {
    const name = nameOfToken(token)
    if (name === undefined || tokens[index + 1]?.text !== '(') return []
    const schema = tokens[index - 1]?.text === '.' ? nameOfToken(tokens[index - 2]) : undefined
    return [{ schema: schema ?? '', name }]
  })
}
