import pg from 'pg'
import { type ComparedRelation, readFacts } from './database-facts.ts'
import type { TestServer } from './embedded.ts'

export interface Comparison {
  /** Rows that were compared: a comparison of nothing proves nothing. */
  readonly rows: number
  /** Empty when the databases hold the same. */
  readonly differences: readonly string[]
}

const judge = 'pgark judge'

/**
 * Compares two databases of one server: every table's and filled materialised view's rows by `EXCEPT ALL` in both directions, in a
 * third database that reads both; every sequence; every large object with owner, rights and comment; which relations there are and
 * how they are kept. Not their definitions.
 */
export async function compareDatabases(server: TestServer, source: string, restored: string): Promise<Comparison> {
  const [before, after] = [await readFacts(server, source), await readFacts(server, restored)]
  const differences = [
    ...before.lines.filter((line) => !after.lines.includes(line)).map((line) => `missing: ${line}`),
    ...after.lines.filter((line) => !before.lines.includes(line)).map((line) => `added: ${line}`),
  ]
  // Rows are compared as bytes: text of a database in SQL_ASCII may be in no encoding at all.
  const encoding = before.encoding === after.encoding ? before.encoding : 'UTF8'
  const client = await openJudge(server, source, restored)
  let rows = 0
  try {
    for (const relation of before.relations) {
      if (!after.relations.some(({ name }) => name === relation.name)) continue
      const { rows: counts } = await client.query(compareSql, [rowsSql(relation, encoding)])
      rows += Number(counts[0].compared)
      const { missing, added } = counts[0]
      if (missing !== '0' || added !== '0')
        differences.push(`${relation.name}: ${missing} rows are missing, ${added} are too many`)
    }
  } finally {
    await client.end()
  }
  return { rows, differences }
}

const compareSql = `
  WITH a AS MATERIALIZED (SELECT * FROM dblink('source', $1) AS t (line bytea)),
       b AS MATERIALIZED (SELECT * FROM dblink('restored', $1) AS t (line bytea))
  SELECT (SELECT count(*) FROM a) AS compared,
         (SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE b) x) AS missing,
         (SELECT count(*) FROM (TABLE b EXCEPT ALL TABLE a) x) AS added`

/** Whole rows as text: a type without equality (json, point, xml) compares like any other. */
function rowsSql({ name, isTree, hashesEnums }: ComparedRelation, encoding: string): string {
  const place = isTree && !hashesEnums ? `tableoid::regclass::text || ` : ''
  return `SELECT convert_to(${place}pgark_row::text, '${encoding}') FROM ${isTree ? '' : 'ONLY '}${name} AS pgark_row`
}

async function openJudge(server: TestServer, source: string, restored: string): Promise<pg.Client> {
  const { rowCount } = await server.query(`SELECT FROM pg_database WHERE datname = '${judge}'`)
  if (!rowCount) {
    await server.createDatabase(judge, 'TEMPLATE template0')
    await server.query('CREATE EXTENSION dblink', judge)
  }
  const client = new pg.Client({ connectionString: server.url(judge) })
  await client.connect()
  const settings = '-csearch_path= -crow_security=off -cextra_float_digits=3 -cTimeZone=UTC'
  for (const [name, database] of Object.entries({ source, restored })) {
    const dbname = database.replace(/['\\]/g, '\\$&')
    const target = `host=127.0.0.1 port=${server.port} user=postgres dbname='${dbname}' options='${settings}'`
    await client.query('SELECT dblink_connect($1, $2)', [name, target])
  }
  return client
}
