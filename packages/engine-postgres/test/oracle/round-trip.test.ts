import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataSets } from '../support/data-sets.ts'
import { backUp, restoreInto, temporaryFolder } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

for (const major of [13, 15, 17, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major)
      stock = stockFor(server)
    })
    afterAll(() => server.stop())

    const expectEqual = async (source: string, restored: string) => {
      const { rows, differences } = await compareDatabases(server, source, restored)
      expect(differences).toEqual([])
      expect(rows).toBeGreaterThan(0)
      expect(await stock.definitions(restored)).toBe(await stock.definitions(source))
    }

    for (const { name, since, scripts } of dataSets.filter((set) => set.since.major <= major)) {
      describe(name, () => {
        const source = `${name} "source" \\ 'x'`
        beforeAll(async () => {
          await server.createDatabase(source)
          for (const script of scripts(major)) await stock.psql(source, script)
        })

        test('our file is restored by psql, which runs nothing but SQL', async () => {
          const restored = `${name} by psql`
          await server.createDatabase(restored, 'TEMPLATE template0')
          const here = await temporaryFolder()
          expect(await stock.psql(restored, await backUp(server, source), here)).toBe('')
          expect(await readdir(here)).toEqual([])
          await expectEqual(source, restored)
        })

        test('our file is restored by us', async () => {
          const { findings } = await restoreInto(server, `${name} by us`, await backUp(server, source))
          expect(findings).toEqual([])
          await expectEqual(source, `${name} by us`)
        })

        test('our file with definitions of the native pg_dump is restored by us', async () => {
          const target = await backUp(server, source, { pgDump: stock.clients.pgDump })
          const { findings } = await restoreInto(server, `${name} native`, target)
          expect(findings).toEqual([])
          await expectEqual(source, `${name} native`)
        })

        test("pg_dump's file is restored by us", async () => {
          const target = path.join(await temporaryFolder(), 'dump.sql')
          await stock.dump(source, target)
          const { findings } = await restoreInto(server, `${name} of pg_dump`, target)
          expect(findings).toEqual([])
          await expectEqual(source, `${name} of pg_dump`)
        })
      })
    }
  })
}
