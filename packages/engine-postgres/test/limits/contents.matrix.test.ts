import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { roundTrip } from '../support/round-trip.ts'
import { limitDatabases } from './databases.ts'

/** Types whose values no column can be given: the server refuses to read their text. */
const withoutInput = [
  'gtsvector',
  'pg_brin_bloom_summary',
  'pg_brin_minmax_multi_summary',
  'pg_dependencies',
  'pg_mcv_list',
  'pg_ndistinct',
  'pg_node_tree',
]
const unusedTypes = `
  SELECT t.typname AS name FROM pg_type t
  WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm')
    AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
    AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                    WHERE c.relnamespace = 'public'::regnamespace AND a.atttypid = t.oid)
  ORDER BY t.typname`

for (const major of [13, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
    })
    afterAll(() => server.stop())

    test.each(limitDatabases)('$name', async ({ name, script, hasRows = true }) => {
      const source = name.slice(0, 40)
      const { restored } = await roundTrip(server, source, await script())
      const { rows, differences } = await compareDatabases(server, source, restored)
      expect(differences).toEqual([])
      expect(rows > 0).toBe(hasRows)
      expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
      if (name.startsWith('every type')) {
        const unused = (await server.query(unusedTypes, source)).rows.map((row) => row.name)
        expect(unused.filter((type) => !withoutInput.includes(type))).toEqual([])
      }
    })
  })
}
