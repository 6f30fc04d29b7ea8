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

    test("restores a file of stock pg_dump 15: COPY, large objects, psql's guard", async () => {
      await server.createDatabase('as it was')
      await server.query(await readFile(fixture('source.sql'), 'utf8'), 'as it was')
      const { findings, tables } = await restoreInto(server, 'restored', fixture('pg-dump-15.sql'))
      expect(findings).toEqual([])
      expect(tables).toContainEqual({ schema: 'app', name: 'customers', rows: 6, expectedRows: undefined })
      expect((await compareDatabases(server, 'as it was', 'restored')).differences).toEqual([])
      expect(await definitionsOf(server, 'restored')).toEqual(await definitionsOf(server, 'as it was'))
    })
  })
}
