import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, restoreInto } from '../support/round-trip.ts'
import { limitDatabases } from './databases.ts'

const byIcu = "LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'"
const collations = limitDatabases.find(({ name }) => name === 'ICU and C collations')

// ICU can collate a whole database since 15.
for (const major of [15, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test.each([
      { from: 'ICU', to: 'ICU' },
      { from: 'ICU', to: 'C' },
      { from: 'C', to: 'ICU' },
    ])('a database collated by $from, into one by $to', async ({ from, to }) => {
      const create = (name: string, by: string) =>
        server.createDatabase(name, `TEMPLATE template0 ${by === 'ICU' ? byIcu : "LOCALE 'C'"} ENCODING 'UTF8'`)
      const [source, restored] = [`${from} to ${to}`, `${from} to ${to} restored`]
      await create(source, from)
      await server.query((await collations?.script()) ?? '', source)
      await server.query(
        "CREATE TABLE sorted_by_default (w text PRIMARY KEY); INSERT INTO sorted_by_default SELECT p || '!' FROM words",
        source,
      )
      await create(restored, to)
      await restoreInto(server, restored, await backUp(server, source), { createDatabase: false })
      const { rows, differences } = await compareDatabases(server, source, restored)
      expect(differences).toEqual([])
      expect(rows).toBeGreaterThan(30)
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
    })
  })
}
