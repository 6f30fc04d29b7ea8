import { readFile } from 'node:fs/promises'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definitionsOf } from '../support/definitions.ts'
import { backUp, readScript, restoreInto } from '../support/round-trip.ts'
import { selections } from '../support/selections.ts'

describe('a selection at backup', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(16)
    await server.query(await readScript('roles.sql'))
    await server.createDatabase('source')
    await server.query(await readScript('selection.sql'), 'source')
  })
  afterAll(() => server.stop())

  test.each(selections)('$selection', async ({ selection, tables }) => {
    const target = await backUp(server, 'source', selection)
    const { tables: written, largeObjects } = JSON.parse(await readFile(`${target}.json`, 'utf8')).contents
    expect(written.map((table: { schema: string; name: string }) => `${table.schema}.${table.name}`).sort()).toEqual(
      tables,
    )
    expect(largeObjects.count).toBe(selection.schemas || selection.tables ? 0 : selection.schemaOnly ? 0 : 1)
  })

  const refusals = [
    [{ tables: ['app.ordres'] }, 'app.orders'],
    [{ schemas: ['aple'] }, 'apple'],
    [{ excludeTables: ['Orders_vew'] }, undefined],
    [{ tables: ['app.orders'], excludeTableData: ['app.evnts'] }, 'app.events'],
    // Not found by the search_path.
    [{ tables: ['pie'] }, undefined],
    [{ tables: ['a.b.c.d'] }, undefined],
    // Within double quotes a star is a star.
    [{ excludeSchemas: ['"Odd*"'] }, undefined],
    [{ tables: ['"open'] }, undefined],
    [{ tables: ['app.orders'], excludeTables: ['app.*'] }, undefined],
  ] as const
  test.each(refusals)('%o matches nothing and is refused', async (selection, closest) => {
    const running = backUp(server, 'source', selection)
    await expect(running).rejects.toMatchObject({
      code: 'USAGE.SELECTION',
      ...(closest && { hint: expect.stringContaining(closest) }),
    })
  })

  test('a sequence goes with the table that owns it, value included', async () => {
    await restoreInto(server, 'owned', await backUp(server, 'source', { tables: ['app.orders'] }), { dryRun: true })
    await server.createDatabase('owned')
    await server.query('CREATE SCHEMA app', 'owned')
    const target = await backUp(server, 'source', { tables: ['app.orders'] })
    await restoreInto(server, 'owned', target, { createDatabase: false })
    expect((await server.query('SELECT last_value, is_called FROM app.orders_id_seq', 'owned')).rows).toEqual([
      { last_value: '2', is_called: true },
    ])
  })

  test('noOwner and noPrivileges leave out every owner and right, of large objects too', async () => {
    const target = await backUp(server, 'source', { noOwner: true, noPrivileges: true })
    const text = await readFile(target, 'utf8')
    expect(text).not.toMatch(/^(ALTER .* OWNER TO|GRANT|REVOKE)\b/m)
    expect(text).not.toContain('Owner: owner_r')
    await restoreInto(server, 'without owners', target)
    const owners = `SELECT count(*)::int AS n FROM pg_class WHERE relowner = 'owner_r'::regrole OR relacl IS NOT NULL AND relnamespace = 'app'::regnamespace`
    expect((await server.query(owners, 'without owners')).rows).toEqual([{ n: 0 }])
  })

  test('schemaOnly has every definition, dataOnly all else, and together they are the whole', async () => {
    const definitions = await backUp(server, 'source', { schemaOnly: true })
    await restoreInto(server, 'in two parts', definitions)
    expect(await definitionsOf(server, 'in two parts')).toEqual(await definitionsOf(server, 'source'))
    const rows = await backUp(server, 'source', { dataOnly: true })
    expect(await readFile(rows, 'utf8')).not.toMatch(/^CREATE /m)
    await restoreInto(server, 'in two parts', rows, { createDatabase: false })
  })
})
