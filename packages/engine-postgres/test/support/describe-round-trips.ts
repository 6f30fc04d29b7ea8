import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { file, verify } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataSets } from './data-sets.ts'
import { backUp, engineFor, restoreInto, temporaryFolder } from './round-trip.ts'
import { type OracleMajor, type Stock, stockFor } from './stock.ts'

/** Takes every data set through every way from one database to another, on a server and with the clients of that major. */
export function describeRoundTrips(major: OracleMajor): void {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    let stock: Stock
    beforeAll(async () => {
      server = await startServer(major, { settings: { wal_level: 'logical' } })
      stock = stockFor(server)
    })
    afterAll(() => server.stop())

    for (const { name, since, wholeSince, hasRows = true, stockFault, scripts, prerequisites = [] } of dataSets) {
      const fault = stockFault && stockFault.since <= major ? stockFault : undefined
      const source = `${name} "source" \\ 'x'`
      /** What the definitions are after a restore. */
      let definitions: string
      const createTarget = async (restored: string) => {
        await server.createDatabase(restored, 'TEMPLATE template0')
        for (const script of prerequisites) await stock.psql(restored, script)
      }
      const restoreByUs = async (restored: string, from: string) => {
        await createTarget(restored)
        const { findings } = await restoreInto(server, restored, from, { createDatabase: false })
        expect(findings).toEqual([])
        await expectEqual(restored)
      }
      const expectEqual = async (restored: string) => {
        const { rows, differences } = await compareDatabases(server, source, restored)
        expect(differences).toEqual([])
        expect(rows > 0).toBe(hasRows)
        expect(await stock.definitions(restored)).toBe(definitions)
      }
      const restoreStockDump = async (restored: string) => {
        const target = path.join(await temporaryFolder(), 'dump.sql')
        await stock.dump(source, target)
        await createTarget(restored)
        return await stock.psql(restored, target)
      }

      if (since && since.major > major) {
        test(`${name} is not for this version: ${since.because}`, async () => {
          await server.createDatabase(source)
          const load = async () => {
            for (const script of scripts(major)) await stock.psql(source, script)
          }
          await expect(load()).rejects.toThrow('ERROR')
        })
        continue
      }
      describe(name, () => {
        beforeAll(async () => {
          await server.createDatabase(source)
          let errors = ''
          for (const script of [...prerequisites, ...scripts(major)]) errors += await stock.psql(source, script)
          const isPartial = wholeSince !== undefined && major < wholeSince.major
          if (errors.includes('ERROR') !== isPartial) throw new Error(`Loading ${name}: ${errors}`)
          if (!fault) definitions = await stock.definitions(source)
        })

        if (fault?.error) {
          const { message, without } = fault.error
          test("pg_dump's file is not restored by psql either", async () => {
            await expect(restoreStockDump(`${name} broken`)).rejects.toThrow(message)
            await server.query(without, source)
            definitions = await stock.definitions(source)
          })
        }
        if (fault?.differs) {
          const { differs } = fault
          test("pg_dump's file restored by psql has other definitions too", async () => {
            await restoreStockDump(`${name} by stock`)
            definitions = await stock.definitions(`${name} by stock`)
            expect(await stock.definitions(source)).not.toMatch(differs)
            expect(definitions).toMatch(differs)
          })
        }

        test('our file is restored by psql, which runs nothing but SQL', async () => {
          const restored = `${name} by psql`
          await createTarget(restored)
          const here = await temporaryFolder()
          const backup = await backUp(server, source)
          expect(await stock.psql(restored, backup, here)).not.toMatch(/ERROR|FATAL|invalid/)
          expect(await readdir(here)).toEqual([])
          await expectEqual(restored)
          const engine = engineFor(server, restored)
          expect((await verify({ engine, from: file(backup), against: true })).findings).toEqual([])
        })

        test('our file is restored by us', async () => {
          await restoreByUs(`${name} by us`, await backUp(server, source))
        })

        test('our file with definitions of the native pg_dump is restored by us', async () => {
          await restoreByUs(`${name} native`, await backUp(server, source, { pgDump: stock.clients.pgDump }))
        })

        test("pg_dump's file is restored by us", async () => {
          const target = path.join(await temporaryFolder(), 'dump.sql')
          await stock.dump(source, target)
          await restoreByUs(`${name} of pg_dump`, target)
        })
      })
    }
  })
}
