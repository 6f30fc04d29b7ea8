import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, readScript, restoreInto } from '../support/round-trip.ts'

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    for (const script of ['every-kind', 'hostile-names']) {
      test(`${script} comes back as it was`, async () => {
        const source = `${script} "source" \\ 'x' = 🐘`
        await server.createDatabase(source)
        await server.query(await readScript(`${script}.sql`), source)
        const { findings } = await restoreInto(server, `${script} restored`, await backUp(server, source))
        expect(findings).toEqual([])
        const { rows, differences } = await compareDatabases(server, source, `${script} restored`)
        expect(differences).toEqual([])
        expect(rows).toBeGreaterThan(10)
        expect(await definitionsOf(server, `${script} restored`)).toEqual(await definitionsOf(server, source))
      })
    }
  })
}
