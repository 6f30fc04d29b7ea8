import path from 'node:path'
import { backup, file, sql, verify } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, vip bool, name text);
  INSERT INTO customers SELECT i, i % 2 = 0, E'na\\tme\\\\' || i FROM generate_series(1, 100) i;
  CREATE TABLE orders (id int PRIMARY KEY, customer int CONSTRAINT of REFERENCES customers ON DELETE CASCADE DEFERRABLE);
  COMMENT ON CONSTRAINT of ON orders IS 'a key'; INSERT INTO orders SELECT i, i % 100 + 1 FROM generate_series(1, 1000) i`
const kept = 'SELECT * FROM customers WHERE vip ORDER BY id'

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}: stock tools restore what has filters, and keys that are NOT VALID`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
      await server.createDatabase('source')
      await server.query(schema, 'source')
    })
    afterAll(() => server.stop())

    test.each([
      { name: 'shop.sql', format: 'plain', codec: 'none' },
      { name: 'shop.dump', format: 'custom', codec: 'gzip' },
      { name: 'folder', format: 'directory', codec: 'gzip' },
    ] as const)('$format', async ({ name, format, codec }) => {
      const place = path.join(await temporaryFolder(), name)
      const engine = engineFor(server, 'source')
      const filters = { customers: sql`vip` }
      const to = file(place)
      const { id } = await backup({ engine, to, format, compression: { codec }, filters, onOrphans: 'notValid' })
      const database = `restored ${format}`
      await server.createDatabase(database)
      const archive = format === 'directory' ? path.join(place, id) : place
      const errors =
        format === 'plain' ? await stock.script(database, archive) : await stock.restore([archive], database)
      expect(errors).toEqual([])

      const rows = async (of: string, query: string) => (await server.query(query, of)).rows
      expect(await rows(database, 'SELECT * FROM customers ORDER BY id')).toEqual(await rows('source', kept))
      const orders = 'SELECT * FROM orders ORDER BY id'
      expect(await rows(database, orders)).toEqual(await rows('source', orders))
      const definition = 'ON DELETE CASCADE DEFERRABLE'
      expect((await stock.definitions('source')).replace(`${definition};`, `${definition} NOT VALID;`)).toBe(
        await stock.definitions(database),
      )
      if (format === 'plain') return
      const compared = { against: true, definitions: true, from: to, ...(format === 'directory' && { id }) }
      const { findings } = await verify({ engine: engineFor(server, database), ...compared })
      expect(findings).toEqual([])
    })
  })
}
