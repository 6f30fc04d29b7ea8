import { expect, test } from 'vitest'
import { type EstimateRequest, estimate, type RunEvent } from '../../src/index.ts'
import { engineDouble } from './engine-double.ts'

const table = { schema: 'shop', name: 'orders', rows: 5, bytes: 50, allRows: 10, allBytes: 100, filter: 'sql' }

test('asks the engine, needs no destination, tells what it says', async () => {
  const requests: EstimateRequest[] = []
  const events: RunEvent[] = []
  const engine = {
    ...engineDouble().engine,
    estimate: async (request: EstimateRequest) => {
      requests.push(request)
      return [table]
    },
  }
  const onEvent = (event: RunEvent) => void events.push(event)
  expect(await estimate({ engine, tables: ['orders'], onEvent })).toEqual({ tables: [table] })
  await estimate({ engine, exact: true })
  expect(requests).toMatchObject([{ exact: false, selection: { tables: ['orders'] }, filters: {} }, { exact: true }])
  expect(events).toEqual([{ type: 'result', command: 'estimate', ok: true, exact: false, tables: [table] }])
})

test('an engine that cannot is refused, and so are wrong options, all at once', async () => {
  const { engine } = engineDouble()
  await expect(estimate({ engine })).rejects.toMatchObject({ message: 'The engine double cannot estimate.' })
  const wrong = { engine, exact: 'yes', tabels: [] } as unknown as Parameters<typeof estimate>[0]
  await expect(estimate(wrong)).rejects.toMatchObject({
    code: 'USAGE.OPTIONS',
    message: expect.stringMatching(/Unknown option tabels\.\n.*exact/),
  })
})
