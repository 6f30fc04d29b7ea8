import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limitDatabases } from '../limits/databases.ts'
import { backUp } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

for (const major of [13, 18] as const) {
  describe(`psql ${major} restores`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
    })
    afterAll(() => server.stop())

    test.each(limitDatabases)('$name', async ({ name, script, hasRows = true }) => {
      const restored = `${name.slice(0, 40)} restored`
      await server.createDatabase(name)
      await server.query(await script(), name)
      await server.createDatabase(restored)
      expect(await stock.psql(restored, await backUp(server, name))).toBe('')
      const { rows, differences } = await compareDatabases(server, name, restored)
      expect(differences).toEqual([])
      expect(rows > 0).toBe(hasRows)
      expect(await stock.definitions(restored)).toBe(await stock.definitions(name))
    })
  })
}
