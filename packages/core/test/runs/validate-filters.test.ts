import { describe, expect, test } from 'vitest'
import { type BackupRequest, type RunEvent, sql, validateFilters } from '../../src/index.ts'
import { engineDouble } from './engine-double.ts'

describe('validateFilters()', () => {
  test('asks the engine, needs no destination, tells what was found', async () => {
    const requests: BackupRequest[] = []
    const events: RunEvent[] = []
    const found = [{ severity: 'info', code: 'FILTER.PARTITIONS', message: 'It applies to 3 partitions.' }] as const
    const engine = {
      ...engineDouble().engine,
      validateFilters: async (request: BackupRequest) => {
        requests.push(request)
        return found
      },
    }
    const filters = { orders: sql`paid` }
    const onEvent = (event: RunEvent) => void events.push(event)
    expect(await validateFilters({ engine, filters, tables: ['orders'], onEvent })).toEqual({ findings: found })
    expect(requests).toMatchObject([{ filters, selection: { tables: ['orders'] }, onOrphans: 'fail' }])
    expect(events).toEqual([{ type: 'result', command: 'validate', ok: true, findings: found }])
  })

  test('an engine without filters is refused, and so are wrong options', async () => {
    const { engine } = engineDouble()
    await expect(validateFilters({ engine, filters: { orders: 'SELECT 1' } })).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message: 'The engine double has no filters.',
    })
    const filters = { orders: undefined, '': sql`true` } as never
    await expect(validateFilters({ engine, filters })).rejects.toMatchObject({
      code: 'USAGE.OPTIONS',
      message: 'The filter for orders is none.\nA filter for a table without a name.',
    })
  })

  test('a filter or cleaner without a part of its contract is told which', async () => {
    const { engine } = engineDouble()
    const where = () => sql`true`
    const filters = {
      a: { where },
      b: { specVersion: 1, where },
      c: { specVersion: 1, name: 'c' },
      d: { specVersion: 2, name: 'd', where },
      e: { specVersion: 1, name: 'e', where },
      f: { text: ['true'], parts: [] },
      g: {},
    }
    const cleaners = [{ specVersion: 1, name: 'x', clean: () => undefined }, { clean: () => undefined }]
    await expect(validateFilters({ engine, filters, cleaners } as never)).rejects.toMatchObject({
      message: [
        'The filter for a lacks specVersion: 1, name: text.',
        'The filter for b lacks name: text.',
        'The filter for c lacks where(): a function.',
        'The filter for d is for version 2 of the contract, this @pgark/core for version 1.',
        'The filter for g is none.',
        'The cleaner at 1 lacks specVersion: 1, name: text.',
      ].join('\n'),
    })
  })
})
