import { type ComparedRelation, readFacts } from './database-facts.ts'
import type { TestServer } from './embedded.ts'

/**
 * What a database holds, in lines that can be kept and compared later: a count and a sum of hashes for each table's rows, each
 * sequence, each large object with owner, rights and comment, which relations there are and how they are kept. Cheaper than
 * `compareDatabases`, which tells rows. Not its definitions.
 */
export async function databaseContent(server: TestServer, database: string): Promise<readonly string[]> {
  const { lines, relations } = await readFacts(server, database)
  if (relations.length === 0) return [...lines].sort()
  const { rows } = await server.query(`${settings}; ${relations.map(rowsSql).join(' UNION ALL ')}`, database).then(last)
  return [...lines, ...rows.map(({ name, count, sum }) => `${name}: ${count} rows, ${sum}`)].sort()
}

const settings = "SET search_path = ''; SET row_security = off; SET extra_float_digits = 3; SET TimeZone = UTC"

/** pg answers several statements with several results. */
const last = (results: unknown) =>
  (results as { rows: { name: string; count: string; sum: string }[] }[]).at(-1) ?? { rows: [] }

function rowsSql({ name, isTree, hashesEnums }: ComparedRelation): string {
  const place = isTree && !hashesEnums ? `tableoid::regclass::text || ` : ''
  return `SELECT '${name.replaceAll("'", "''")}' AS name, count(*), sum(hashtextextended(${place}pgark_row::text, 0))
    FROM ${isTree ? '' : 'ONLY '}${name} AS pgark_row`
}
