import pg from 'pg'

/** One table in both databases. */
export interface Comparison {
  readonly name: string
  readonly sourceRows: number
  readonly restoredRows: number
  /** The same rows with the same values, in whatever order. */
  readonly isEqual: boolean
}

/** What all accounts together hold. */
export interface Money {
  /** In the source before anything moved, now, and in the restored database. */
  readonly before: string
  readonly now: string
  readonly restored: string
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
    SELECT account, sum(amount) AS paid
    FROM shop.transfers, LATERAL (VALUES (from_account, amount), (to_account, -amount)) AS t (account, amount)
    WHERE id > $1 GROUP BY account
  ) later ON later.account = a.id`

/** Everything the catalogue holds about the schema, as text: what is missing or different after a restore shows here. */
const definitions = `
  SELECT 'relation', c.relname, c.relkind::text, pg_get_viewdef(c.oid), pg_get_expr(c.relpartbound, c.oid)
    FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace
  UNION ALL SELECT 'column', a.attrelid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod),
      concat_ws(' ', a.attnum, a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE c.relnamespace = 'shop'::regnamespace AND a.attnum > 0
  UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), NULL
    FROM pg_constraint WHERE connamespace = 'shop'::regnamespace
  UNION ALL SELECT 'index', indexrelid::regclass::text, indrelid::regclass::text, pg_get_indexdef(indexrelid), NULL
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'shop'::regnamespace
  UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'function', oid::regprocedure::text, NULL, pg_get_functiondef(oid), NULL
    FROM pg_proc WHERE pronamespace = 'shop'::regnamespace
  UNION ALL SELECT 'label', enumtypid::regtype::text, enumlabel, enumsortorder::text, NULL FROM pg_enum`

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
