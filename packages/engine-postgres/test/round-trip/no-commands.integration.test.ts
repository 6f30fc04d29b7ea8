import { createReadStream } from 'node:fs'
import { readScript as readItems } from '@pgark/pg-sql'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp, readScript } from '../support/round-trip.ts'

// The guard that pg_dump writes around a plain file is not in ours: there must be nothing to guard against.
for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    test.each(['hostile-names', 'every-kind'])(
      'a file of %s holds nothing that psql would run as its own',
      async (name) => {
        await server.createDatabase(name)
        await server.query(await readScript(`${name}.sql`), name)
        const metadata = { 'a\n\\! touch pgark-was-here': '\r\\! touch pgark-was-here\n\\q' }
        const target = await backUp(server, name, { metadata })
        const types = new Map<string, number>()
        for await (const item of readItems(createReadStream(target))) {
          types.set(item.type, (types.get(item.type) ?? 0) + 1)
          if (item.type === 'copy') for await (const _ of item.data);
        }
        expect(types.has('meta')).toBe(false)
        expect(types.get('copy')).toBeGreaterThan(5)
      },
    )
  })
}
