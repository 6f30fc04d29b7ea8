import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { file, verify } from '@pgark/core'
import { compareDatabases, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, engineFor, readScript, restoreInto, temporaryFolder } from '../support/round-trip.ts'
import { dumpPlain } from '../support/wasm-dump.ts'

const shop = async () => {
  const parts = ['tables', 'rows', 'keys'].map((name) =>
    readFile(new URL(`../../../../examples/demo/src/shop/${name}.sql`, import.meta.url), 'utf8'),
  )
  return ['SET shop.order_count = 400', ...(await Promise.all(parts))].join(';\n')
}
const everyKind = async (major: number) => {
  const names = [...(major >= 16 ? ['since-16'] : []), ...(major >= 18 ? ['since-18'] : []), 'every-kind']
  return (await Promise.all(names.map((name) => readScript(`${name}.sql`)))).join('\n')
}
const databases = {
  shop,
  'every kind': everyKind,
  'hostile names': () => readScript('hostile-names.sql'),
}

for (const major of [14, 16, 18] as const) {
  describe(`PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.query(await readScript('roles.sql'))
    })
    afterAll(() => server.stop())

    for (const [name, script] of Object.entries(databases)) {
      describe(name, () => {
        const source = `${name} "source" \\ 'x' = 🐘`
        beforeAll(async () => {
          await server.createDatabase(source)
          await server.query(await script(major), source)
        })

        const expectEqual = async (restored: string, isMeant = (_difference: string) => false) => {
          const { rows, differences } = await compareDatabases(server, source, restored)
          expect(differences.filter((difference) => !isMeant(difference))).toEqual([])
          expect(rows).toBeGreaterThan(10)
          expect(await definitionsOf(server, restored)).toEqual(await definitionsOf(server, source))
        }

        test('comes back from our file as it was', async () => {
          const target = await backUp(server, source)
          expect(await verify({ engine: engineFor(server, source), from: file(target) })).toMatchObject({ ok: true })
          const { findings } = await restoreInto(server, `${name} of ours`, target)
          expect(findings).toEqual([])
          await expectEqual(`${name} of ours`)
        })

        test("comes back from pg_dump's file as it was", async () => {
          const target = path.join(await temporaryFolder(), 'dump.sql')
          await writeFile(target, await dumpPlain(server, source))
          const { findings } = await restoreInto(server, `${name} of pg_dump`, target)
          expect(findings).toEqual([])
          await expectEqual(`${name} of pg_dump`, (difference) => difference.startsWith('missing: large object '))
        })
      })
    }
  })
}
