import assert from 'node:assert/strict'
import { bodyThen, bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import { assertCode, assertHolds } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

const writersAtOnce = 16

/** Two writes of one key, neither of which ends before both have begun. */
async function two({ exporter, open, key, subject }: Place, overwrite: boolean) {
  const contents = [bytesOf(2 * partSizeOf(subject), 2), bytesOf(2 * partSizeOf(subject), 3)] as const
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const write = async (at: Place['exporter'], bytes: Buffer, ours: typeof first, theirs: typeof first) => {
    async function* body() {
      ours.resolve()
      yield* bodyThen(bytes, () => theirs.promise)
    }
    // One that is refused before its body is asked for anything has had its say too.
    await at.write(key, body(), { overwrite }).finally(ours.resolve)
  }
  const outcomes = await Promise.allSettled([
    write(exporter, contents[0], first, second),
    write(await open(), contents[1], second, first),
  ])
  return contents.map((bytes, index) => ({ bytes, outcome: outcomes[index] }))
}

export const concurrencyCases: readonly ContractCase[] = [
  contractCase('concurrency: many writes at once', ['manyKeys'], async ({ exporter, subject }) => {
    const objects = Array.from({ length: writersAtOnce }, (_, index) => ({
      key: `folder/${index}.dat`,
      bytes: bytesOf(Math.ceil(index * 0.2 * partSizeOf(subject)), index + 1),
    }))
    await Promise.all(objects.map(({ key, bytes }) => exporter.write(key, inChunks(bytes, 65_536))))
    for (const { key, bytes } of objects) await assertHolds(exporter, key, bytes)
  }),
  contractCase('concurrency: a write that waits for its body holds up no other call', ['manyKeys'], async (place) => {
    const { exporter, subject } = place
    const bytes = bytesOf(2 * partSizeOf(subject))
    async function* body() {
      yield bytes
      await exporter.write('other', whole(bytesOf(1000)))
      await assertHolds(exporter, 'other', bytesOf(1000))
      yield bytes
    }
    await exporter.write('slow', body())
    await assertHolds(exporter, 'slow', Buffer.concat([bytes, bytes]))
  }),
  contractCase('concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS', [], async (place) => {
    const writers = await two(place, false)
    const [winner, ...others] = writers.filter(({ outcome }) => outcome?.status === 'fulfilled')
    assert(winner && others.length === 0, `Expected one writer to win, got ${others.length + (winner ? 1 : 0)}`)
    const [loser] = writers.filter((each) => each !== winner)
    assert(loser?.outcome?.status === 'rejected')
    await assertCode(Promise.reject(loser.outcome.reason), 'REFUSED.EXISTS')
    await assertHolds(place.exporter, place.key, winner.bytes)
  }),
  contractCase('concurrency: two that overwrite one key leave the object of one', [], async (place) => {
    const writers = await two(place, true)
    for (const { outcome } of writers) assert.equal(outcome?.status, 'fulfilled')
    const results = await Promise.allSettled(writers.map(({ bytes }) => assertHolds(place.exporter, place.key, bytes)))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  }),
]
