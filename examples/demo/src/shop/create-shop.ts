import { readFile } from 'node:fs/promises'
import pg from 'pg'

export interface ShopOptions {
  /** Orders; every one brings about 5 rows in all tables together. At least 8. Default 200,000: 1,000,000 rows. */
  orders?: number
}

/** Builds the shop in an empty database, in one transaction, and analyses it. */
export async function createShop(url: string, { orders = 200_000 }: ShopOptions = {}): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT set_config('shop.order_count', $1, true)`, [orders])
    for (const part of ['tables.sql', 'rows.sql', 'keys.sql']) {
      await client.query(await readFile(new URL(part, import.meta.url), 'utf8'))
    }
    await client.query('COMMIT')
    await client.query('ANALYZE')
  } finally {
    await client.end()
  }
}
