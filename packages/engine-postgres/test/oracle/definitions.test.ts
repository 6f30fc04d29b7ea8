import path from 'node:path'
import { backup, file, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataSets } from '../support/data-sets.ts'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'
import { type Stock, stockFor } from '../support/stock.ts'

/** What a server prints of a definition that it has printed may be other text; it is no difference. */
describe.each([15, 17, 18] as const)('PostgreSQL %i: what is restored has the definitions of the backup', (major) => {
  let server: TestServer
  let stock: Stock
  beforeAll(async () => {
    server = await startServer(major, { settings: { wal_level: 'logical' } })
    stock = stockFor(server)
  })
  afterAll(() => server.stop())

  test.each(dataSets.filter(({ since }) => !since || since.major <= major))(
    '$name',
    async ({ name, scripts, prerequisites = [], stockFault }) => {
      const source = `${name} source`
      const target = `${name} target`
      await server.createDatabase(source, 'TEMPLATE template0')
      await server.createDatabase(target, 'TEMPLATE template0')
      for (const script of prerequisites) await stock.psql(target, script)
      for (const script of [...prerequisites, ...scripts(major)]) await stock.psql(source, script)
      const fault = stockFault && stockFault.since <= major ? stockFault : undefined
      if (fault?.error) await server.query(fault.error.without, source)

      const from = file(path.join(await temporaryFolder(), 'backup.dump'))
      await backup({ engine: engineFor(server, source), to: from })
      const { findings } = await restore({ engine: engineFor(server, target), from, definitions: true })
      // pg_dump's own dump does not bring back the names of these constraints either.
      const differing = fault?.differs ? ['TABLE inh.parent has another definition than in the backup.'] : []
      expect(findings.map(({ message }) => message)).toEqual(differing)
    },
  )
})
