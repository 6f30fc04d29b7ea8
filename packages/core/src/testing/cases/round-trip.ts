import assert from 'node:assert/strict'
import { bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import { assertHolds } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

const chunkSizeBytes = 64 * 1024

async function roundTrip({ exporter, open, key }: Place, bytes: Uint8Array, body: AsyncIterable<Uint8Array>) {
  const { sizeBytes, ...stored } = await exporter.write(key, body)
  assert.equal(stored.key, key)
  assert.equal(sizeBytes, bytes.length)
  await assertHolds(exporter, key, bytes)
  await assertHolds(await open(), key, bytes)
}

const sizes: readonly [string, (partSizeBytes: number) => number][] = [
  ['one byte', () => 1],
  ['one byte less than a part', (part) => part - 1],
  ['exactly one part', (part) => part],
  ['one byte more than a part', (part) => part + 1],
  ['exactly three parts', (part) => 3 * part],
  ['many parts and a bit', (part) => 5 * part + 12_345],
]

export const roundTripCases: readonly ContractCase[] = [
  ...sizes.map(([what, sizeOf]) =>
    contractCase(`round trip: ${what}`, [], async (place) => {
      const bytes = bytesOf(sizeOf(partSizeOf(place.subject)))
      await roundTrip(place, bytes, inChunks(bytes, chunkSizeBytes))
    }),
  ),
  contractCase('round trip: a body without a chunk is an empty object', [], async (place) => {
    await roundTrip(place, bytesOf(0), whole(bytesOf(0)))
  }),
  contractCase('round trip: empty chunks are no end', [], async (place) => {
    async function* body() {
      yield new Uint8Array()
      yield bytesOf(10)
      yield new Uint8Array()
      yield bytesOf(10, 2)
      yield new Uint8Array()
    }
    await roundTrip(place, Buffer.concat([bytesOf(10), bytesOf(10, 2)]), body())
  }),
  contractCase('round trip: chunks of odd sizes', [], async (place) => {
    const bytes = bytesOf(2 * partSizeOf(place.subject) + 1)
    await roundTrip(place, bytes, inChunks(bytes, 1, 4095, 65_537, 3, 262_145, 7919))
  }),
  contractCase('round trip: one chunk larger than three parts', [], async (place) => {
    const bytes = bytesOf(3 * partSizeOf(place.subject) + 1)
    await roundTrip(place, bytes, whole(bytes))
  }),
]
