import { describe, expect, test } from 'vitest'
import { PartFiller, type Piece } from '../src/write/part-filler.ts'
import { PartMemory } from '../src/write/part-memory.ts'

const mebibyte = 1024 * 1024
const budgetBytes = 48 * mebibyte

/** A write whose parts are under way until the test says that they have arrived. */
function writer(memory: PartMemory, partMebibytes: number, signal = new AbortController().signal) {
  const underWay: (() => void)[] = []
  const pieces: Piece[] = []
  const send = (piece: Piece) => {
    pieces.push({ ...piece, bytes: Buffer.from(piece.bytes) })
    return new Promise<void>((arrive) => underWay.push(arrive))
  }
  const limits = { partSizeBytes: partMebibytes * mebibyte, maxParts: 10_000 }
  const filler = new PartFiller(memory, limits, send, signal)
  const arriveAll = () => {
    for (const arrive of underWay.splice(0)) arrive()
  }
  return { filler, pieces, underWay, arriveAll }
}

const filled = (mebibytes: number, byte = 0) => Buffer.alloc(mebibytes * mebibyte, byte)

/** Whether it is settled once all has happened that happens by itself. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = () => {
    settled = true
  }
  promise.then(settle, settle)
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

test.each([
  { partMebibytes: 8, mostMebibytes: 48 },
  { partMebibytes: 40, mostMebibytes: 80 },
])(
  'parts of $partMebibytes MiB: one write takes $mostMebibytes MiB and waits',
  async ({ partMebibytes, mostMebibytes }) => {
    const memory = new PartMemory()
    const { filler, arriveAll, underWay } = writer(memory, partMebibytes)
    const adding = filler.add(filled(3 * mostMebibytes))
    while (!(await isSettled(adding))) {
      expect(memory.takenBytes).toBe(mostMebibytes * mebibyte)
      expect(underWay.length).toBe(mostMebibytes / partMebibytes)
      arriveAll()
    }
  },
)

test('any number of small objects can be written at once, without that memory', async () => {
  const memory = new PartMemory()
  const writers = Array.from({ length: 200 }, () => writer(memory, 8))
  for (const { filler } of writers) expect(await isSettled(filler.add(Buffer.alloc(64 * 1024)))).toBe(true)
  expect(memory.takenBytes).toBe(0)
})

describe('a write whose source waits for another one', () => {
  test('does with 5 MiB when an older one needs memory, and keeps its bytes', async () => {
    const memory = new PartMemory()
    const old = writer(memory, 32)
    const younger = Array.from({ length: 4 }, () => writer(memory, 10))
    for (const [index, { filler }] of younger.entries()) await filler.add(filled(4, index))
    expect(await isSettled(old.filler.add(filled(1)))).toBe(true)
    expect(memory.takenBytes).toBe((32 + 4 * 5) * mebibyte)
    for (const [index, { filler, pieces }] of younger.entries()) {
      await filler.add(filled(1, 99))
      expect(pieces).toEqual([])
      expect(filler.rest().bytes.equals(Buffer.concat([filled(4, index), filled(1, 99)]))).toBe(true)
    }
  })

  test('sends what it has when that is a part', async () => {
    const memory = new PartMemory()
    const old = writer(memory, 32)
    const younger = Array.from({ length: 4 }, () => writer(memory, 10))
    for (const [index, { filler }] of younger.entries()) await filler.add(filled(6, index))
    const adding = old.filler.add(filled(1))
    expect(await isSettled(adding)).toBe(false)
    for (const [index, { pieces, arriveAll }] of younger.entries()) {
      expect(pieces.map((piece) => piece.bytes.equals(filled(6, index)))).toEqual([true])
      arriveAll()
    }
    expect(await isSettled(adding)).toBe(true)
    expect(memory.takenBytes).toBe(32 * mebibyte)
  })

  test('waits while four older ones fill parts, and for no younger one', async () => {
    const memory = new PartMemory()
    const writers = Array.from({ length: 6 }, () => writer(memory, 8))
    const adding = writers.map(({ filler }) => filler.add(filled(1)))
    const settled = await Promise.all(adding.map(isSettled))
    expect(settled).toEqual([true, true, true, true, false, false])
    writers[0]?.filler.leave()
    expect(await isSettled(adding[4] as Promise<void>)).toBe(true)
    expect(await isSettled(adding[5] as Promise<void>)).toBe(false)
  })
})

test('a wait for memory ends with the write, and those behind it go on', async () => {
  const memory = new PartMemory()
  const first = writer(memory, 8)
  const controller = new AbortController()
  const second = writer(memory, 16, controller.signal)
  await first.filler.add(filled(48))
  const waiting = second.filler.add(filled(1))
  const third = writer(memory, 5)
  const behind = third.filler.add(filled(1))
  first.underWay[0]?.()
  expect(await isSettled(waiting)).toBe(false)
  expect(await isSettled(behind)).toBe(false)
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  second.filler.leave()
  expect(await isSettled(behind)).toBe(true)
  expect(memory.takenBytes).toBeLessThanOrEqual(budgetBytes)
})

test('what its write sends as the rest of it is not pressed for', async () => {
  const memory = new PartMemory()
  const oldest = writer(memory, 32)
  const done = writer(memory, 32)
  const youngest = writer(memory, 32)
  await done.filler.add(filled(6, 1))
  await youngest.filler.add(filled(6, 2))
  const rest = done.filler.rest()
  const adding = oldest.filler.add(filled(1))
  expect(await isSettled(adding)).toBe(false)
  expect([done.pieces.length, youngest.pieces.length]).toEqual([0, 1])
  youngest.arriveAll()
  await adding
  expect(rest.bytes).toEqual(filled(6, 1))
})
