import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { bodyThen, bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import { assertAbsent, assertHolds, listed, read, rejection } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

/** Turns of the event loop, and chunks, after which a write that goes on does not listen: it must not go on for ever. */
const patienceTurns = 100
const patienceChunks = 1000

const reason = new Error('aborted by the exporter contract')

/** Bodies, each with the moment at which it aborts its own write. */
const moments: Readonly<Record<string, (abort: () => void, partSizeBytes: number) => AsyncIterable<Uint8Array>>> = {
  'before it begins': (abort) => {
    abort()
    return whole(bytesOf(1000))
  },
  'between two chunks': async function* (abort, part) {
    yield* inChunks(bytesOf(Math.ceil(2.5 * part)), 65_536)
    abort()
    yield bytesOf(1000)
  },
  'while the body has nothing to give': (abort, part) =>
    bodyThen(bytesOf(Math.ceil(2.5 * part)), async () => {
      abort()
      // Who listens to the signal has left by now. Who does not must not hang.
      for (let turn = 0; turn < patienceTurns; turn++) await setImmediate()
      throw new Error('the write still waited for its body long after it was aborted')
    }),
  'when the body has ended': (abort, part) => bodyThen(bytesOf(Math.ceil(2.5 * part)), abort),
}

const abortedWrite = async ({ exporter, key, subject }: Place, moment: (typeof moments)[string], overwrite = false) => {
  const controller = new AbortController()
  const body = moment(() => controller.abort(reason), partSizeOf(subject))
  return await exporter.write(key, body, { signal: controller.signal, overwrite })
}

export const abortCases: readonly ContractCase[] = [
  ...Object.entries(moments).flatMap(([moment, body]) => [
    contractCase(`abort: ${moment}, the write rejects with the signal's reason`, [], async (place) => {
      assert.equal(await rejection(abortedWrite(place, body)), reason)
    }),
    contractCase(`abort: ${moment}, no object is left`, [], async (place) => {
      await abortedWrite(place, body).catch(() => {})
      await assertAbsent(place.exporter, place.key)
    }),
  ]),
  contractCase('abort: what was there before stays', [], async (place) => {
    await place.exporter.write(place.key, whole(bytesOf(1000)))
    for (const moment of Object.values(moments)) await abortedWrite(place, moment, true).catch(() => {})
    await assertHolds(place.exporter, place.key, bytesOf(1000))
  }),
  contractCase('abort: nothing unfinished is left', ['unfinished'], async (place) => {
    for (const moment of Object.values(moments)) {
      await abortedWrite(place, moment).catch(() => {})
      assert.deepEqual(await place.subject.unfinished?.(), [])
    }
  }),
  contractCase('abort: a body that is no longer wanted is ended', [], async ({ exporter, key }) => {
    const controller = new AbortController()
    let wanted = 0
    let isEnded = false
    async function* body() {
      try {
        for (; wanted < patienceChunks; wanted++) {
          yield bytesOf(1000)
          controller.abort(reason)
        }
      } finally {
        isEnded = true
      }
    }
    await exporter.write(key, body(), { signal: controller.signal }).catch(() => {})
    assert(isEnded && wanted < patienceChunks, 'Expected the body to be ended when the write rejects')
  }),
  contractCase('abort: a write that has resolved is not undone', [], async ({ exporter, key }) => {
    const controller = new AbortController()
    await exporter.write(key, whole(bytesOf(1000)), { signal: controller.signal })
    controller.abort(reason)
    await assertHolds(exporter, key, bytesOf(1000))
  }),
  contractCase('abort: in the middle of a read, it rejects with the reason', [], async ({ exporter, key, subject }) => {
    await exporter.write(key, inChunks(bytesOf(4 * partSizeOf(subject)), 65_536))
    const controller = new AbortController()
    const reading = async () => {
      for await (const _ of exporter.read(key, { signal: controller.signal })) controller.abort(reason)
    }
    assert.equal(await rejection(reading()), reason)
  }),
  contractCase('abort: a call that begins aborted rejects with the reason and does nothing', [], async (place) => {
    const { exporter, key } = place
    await exporter.write(key, whole(bytesOf(1000)))
    const signal = AbortSignal.abort(reason)
    assert.equal(await rejection(read(exporter, key, { signal })), reason, 'read')
    assert.equal(await rejection(exporter.stat(key, { signal })), reason, 'stat')
    assert.equal(await rejection(listed(exporter, '', { signal })), reason, 'list')
    assert.equal(await rejection(exporter.remove([key], { signal })), reason, 'remove')
    await assertHolds(exporter, key, bytesOf(1000))
  }),
]
