import path from 'node:path'
import { expect, test } from 'vitest'
import { backup, type Engine, file, type RunContext, type RunEvent, restore, verify } from '../../src/index.ts'
import { chunksOf, tempFolder } from '../file/temp-folder.ts'
import { engineDouble } from './engine-double.ts'

const late: RunEvent = { type: 'phase', name: 'data' }
const sorry = new Error('sorry')

/** An engine whose calls fail at once, and the context that they were given. */
function failing() {
  let given: RunContext | undefined
  const fail = async (run: RunContext) => {
    given = run
    run.onEvent({ type: 'phase', name: 'connect' })
    throw sorry
  }
  const engine: Engine = {
    ...engineDouble().engine,
    backup: (_request, _sink, run) => fail(run),
    restore: (_request, _source, run) => fail(run),
    verify: (_source, run) => fail(run),
  }
  return { engine, tellLate: () => given?.onEvent(late) }
}

for (const call of ['backup', 'restore', 'verify'] as const) {
  test(`nothing is told of a ${call} that has failed`, async () => {
    const folder = await tempFolder()
    const from = file(path.join(folder, 'shop.sql'))
    await from.write('shop.sql', chunksOf('SELECT 1;'))
    const { engine, tellLate } = failing()
    const events: RunEvent[] = []
    const onEvent = (event: RunEvent) => void events.push(event)
    const calls = {
      backup: () => backup({ engine, to: file(path.join(folder, 'new.sql')), onEvent }),
      restore: () => restore({ engine, from, onEvent }),
      verify: () => verify({ engine, from, onEvent }),
    }
    await expect(calls[call]()).rejects.toBe(sorry)
    tellLate()
    expect(events).toContainEqual({ type: 'phase', name: 'connect' })
    expect(events).not.toContainEqual(late)
  })
}
