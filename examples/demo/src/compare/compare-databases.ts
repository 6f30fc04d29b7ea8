import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** One table in both databases. */
export interface Comparison {
  readonly name: string
  readonly sourceRows: number
  readonly restoredRows: number
  /** The same rows with the same values, in whatever order. */
  readonly isEqual: boolean
}

interface Content {
  rows: string
  digest: string
}

const unmoved = ['customers', 'orders', 'order_lines', 'payments', 'open_orders', 'revenue_by_month']

/** The money went on moving after the snapshot, so the source is wound back to the last transfer that the backup saw. */
const transfersUpTo = 'SELECT * FROM shop.transfers WHERE id <= $1'
const accountsUpTo = `
  SELECT a.id, a.customer_id, a.balance + coalesce(later.paid, 0) AS balance
  FROM shop.accounts a
  LEFT JOIN (
    SELECT account, sum(paid) AS paid
    FROM shop.transfers, LATERAL (VALUES (from_account, amount), (to_account, -amount)) AS side (account, paid)
    WHERE id > $1 GROUP BY account
  ) later ON later.account = a.id`

const definitions = await readFile(new URL('definitions.sql', import.meta.url), 'utf8')

/** The restored database against the source as it was at the backup's snapshot, table by table. */
export async function compareDatabases(sourceUrl: string, restoredUrl: string): Promise<Comparison[]> {
  const source = await connect(sourceUrl)
  const restored = await connect(restoredUrl)
  try {
    const { rows } = await restored.query('SELECT coalesce(max(id), 0) AS last FROM shop.transfers')
    const last: string = rows[0].last
    const compare = async (name: string, sourceSql: string, restoredSql: string, values: string[] = []) => {
      const [expected, found] = await Promise.all([
        readContent(source, sourceSql, values),
        readContent(restored, restoredSql),
      ])
      const isEqual = expected.rows === found.rows && expected.digest === found.digest
      return { name, sourceRows: Number(expected.rows), restoredRows: Number(found.rows), isEqual }
    }
    const results: Comparison[] = []
    for (const name of unmoved) results.push(await compare(name, `TABLE shop.${name}`, `TABLE shop.${name}`))
    results.push(await compare('transfers', transfersUpTo, 'TABLE shop.transfers', [last]))
    results.push(
      await compare('accounts', accountsUpTo, 'SELECT id, customer_id, balance FROM shop.accounts', [last]),
      await compare('definitions', definitions, definitions),
    )
    return results
  } finally {
    await Promise.all([source.end(), restored.end()])
  }
}

/** What all accounts of a database hold together. */
export async function sumOfAccounts(url: string): Promise<string> {
  const client = await connect(url)
  try {
    const { rows } = await client.query('SELECT sum(balance) AS total FROM shop.accounts')
    return rows[0].total
  } finally {
    await client.end()
  }
}

/** A sum of hashes does not depend on the order of rows, and unlike XOR does not lose rows that occur twice. */
async function readContent(client: pg.Client, sql: string, values: string[] = []): Promise<Content> {
  const { rows } = await client.query<Content>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) AS digest FROM (${sql}) r`,
    values,
  )
  return rows[0] ?? { rows: '0', digest: '' }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  return client
}
