import path from 'node:path'
import type { Selection } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp, readScript, restoreInto, temporaryFolder } from '../support/round-trip.ts'
import { selections } from '../support/selections.ts'
import { type Stock, stockFor } from '../support/stock.ts'

const options: Record<string, string> = {
  schemas: 'schema',
  excludeSchemas: 'exclude-schema',
  tables: 'table',
  excludeTables: 'exclude-table',
  excludeTableData: 'exclude-table-data',
}
const asArguments = ({ schemaOnly, ...patterns }: Selection) => [
  ...Object.entries(patterns).flatMap(([key, values]) =>
    (values as string[]).map((value) => `--${options[key]}=${value}`),
  ),
  ...(schemaOnly ? ['--schema-only'] : []),
]

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
      await server.query(await readScript('roles.sql'))
      await server.createDatabase('source')
      await server.query(await readScript('selection.sql'), 'source')
    })
    afterAll(() => server.stop())

    test.each(selections.map(({ selection }, index) => ({ selection, index })))(
      'pg_dump means the same by $selection',
      async ({ selection, index }) => {
        const dump = path.join(await temporaryFolder(), 'dump.sql')
        await stock.dump('source', dump, ...asArguments(selection))
        const files = { ours: await backUp(server, 'source', selection), theirs: dump }
        for (const [whose, file] of Object.entries(files)) {
          const name = `${whose} ${index}`
          await server.createDatabase(name, 'TEMPLATE template0')
          // pg_dump leaves the schemas of tables that are named to whoever restores them.
          if (selection.tables) await server.query('CREATE SCHEMA app; CREATE SCHEMA "Odd.Schema"', name)
          await restoreInto(server, name, file, { createDatabase: false })
        }
        const { differences } = await compareDatabases(server, `theirs ${index}`, `ours ${index}`)
        expect(differences).toEqual([])
        expect(await stock.definitions(`ours ${index}`)).toBe(await stock.definitions(`theirs ${index}`))
      },
    )
  })
}
