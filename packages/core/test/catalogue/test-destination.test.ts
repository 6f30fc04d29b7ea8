import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { file, PgarkError, type RunEvent, type TestDestinationOptions, testDestination } from '../../src/index.ts'
import { everythingIn, tempFolder, unprivileged } from '../file/temp-folder.ts'
import { bucket } from './bucket.ts'

const outcomes = async (options: TestDestinationOptions) =>
  (await testDestination(options)).steps.map(({ step, outcome }) => `${step} ${outcome}`)

test('a folder and a bucket that are as they should be; nothing is left', async () => {
  const folder = await tempFolder()
  const all = ['write ok', 'read ok', 'list ok', 'remove ok', 'unfinished ok']
  expect(await outcomes({ to: file(folder) })).toEqual(all)
  expect(await everythingIn(folder)).toEqual([])
  const { exporter, keys } = bucket()
  const events: RunEvent[] = []
  expect(await outcomes({ to: exporter, onEvent: (event) => events.push(event) })).toEqual(all)
  expect(keys()).toEqual([])
  expect(events).toMatchObject([{ type: 'result', command: 'test', ok: true, steps: { length: 5 } }])
})

test.each(['write', 'read', 'list', 'remove'] as const)(
  '%s is not allowed: its error is told, the rest is tried',
  async (denied) => {
    const { exporter, state } = bucket()
    state.faults = {
      before(call) {
        if (call === denied) throw new PgarkError('DESTINATION.DENIED', `No right to ${call}.`, { hint: 'allow it' })
      },
    }
    const { ok, steps } = await testDestination({ to: exporter })
    expect(ok).toBe(false)
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([
      {
        step: denied,
        outcome: 'failed',
        error: { code: 'DESTINATION.DENIED', message: `No right to ${denied}.`, hint: 'allow it' },
      },
    ])
    expect(steps.filter(({ outcome }) => outcome === 'skipped').map(({ step }) => step)).toEqual(
      denied === 'write' ? ['read', 'remove'] : [],
    )
  },
)

test('a destination that gives back other bytes, or does not list what it has', async () => {
  const { exporter, state, keys } = bucket()
  state.faults = { stores: () => Buffer.from('other') }
  expect((await testDestination({ to: exporter })).steps).toMatchObject([
    ...[{ outcome: 'ok' }, { error: { code: 'DESTINATION.CHECKSUM' } }, { error: { code: 'DESTINATION.SIZE' } }],
    ...[{ step: 'remove', outcome: 'ok' }, {}],
  ])
  expect(keys()).toEqual([])
  async function* nothing() {}
  expect(await outcomes({ to: { ...bucket().exporter, list: nothing } })).toContain('list failed')
})

test('a folder that may only be read', async () => {
  const folder = await tempFolder()
  await mkdir(path.join(folder, 'theirs'), { mode: 0o755 })
  await unprivileged(folder, async () => {
    expect((await testDestination({ to: file(path.join(folder, 'theirs')) })).steps[0]).toMatchObject({
      step: 'write',
      error: { code: 'DESTINATION.PERMISSION' },
    })
  })
})

test('what is no error of pgark is thrown, and so is the reason of the signal; the object goes all the same', async () => {
  const { exporter, state, keys } = bucket()
  const bug = new TypeError('undefined is not a function')
  state.faults = {
    before(call) {
      if (call === 'read') throw bug
    },
  }
  await expect(testDestination({ to: exporter })).rejects.toBe(bug)
  expect(keys()).toEqual([])
  const reason = new PgarkError('INTERRUPTED.SIGINT', 'Ended.')
  await expect(testDestination({ to: exporter, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('what is wrong with a call', async () => {
  const refusal = (options: object) =>
    testDestination(options as TestDestinationOptions).catch((error) => error.message)
  expect(await refusal({ to: 'x', from: 'y' })).toMatch(/Unknown option from.*\n.*destination is not one/)
  const { exporter } = bucket()
  const pipe = { ...exporter, capabilities: { ...exporter.capabilities, read: false } }
  expect(await refusal({ to: pipe })).toMatch(/nothing to test/)
})
