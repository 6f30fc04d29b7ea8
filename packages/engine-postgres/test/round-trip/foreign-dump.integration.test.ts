import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { readScript, restoreInto } from '../support/round-trip.ts'

const fixture = (name: string) => fileURLToPath(new URL(`fixture/${name}`, import.meta.url))

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    test.each([true, false])(
      'restores a file of stock pg_dump 15, in one transaction: %s',
      async (singleTransaction) => {
        const [source, restored] = [`as it was ${singleTransaction}`, `restored ${singleTransaction}`]
        await server.createDatabase(source)
        await server.query(await readFile(fixture('source.sql'), 'utf8'), source)
        const target = fixture('pg-dump-15.sql')
        const { findings, tables } = await restoreInto(server, restored, target, { singleTransaction })
        expect(findings).toEqual([])
        expect(tables).toContainEqual({ schema: 'app', name: 'customers', rows: 6, expectedRows: 6 })
        expect((await compareDatabases(server, source, restored)).differences).toEqual([])
        expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
      },
    )
  })
}

test('the file of stock pg_dump has all that makes it one', async () => {
  const text = await readFile(fixture('pg-dump-15.sql'), 'utf8')
  for (const part of [
    /^\\restrict \w+$/m,
    /^COPY app\.customers /m,
    /lowrite\(0/,
    /^SELECT pg_catalog\.lo_open/m,
    /^BEGIN;$/m,
  ]) {
    expect(text).toMatch(part)
  }
})
