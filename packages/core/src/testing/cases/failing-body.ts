import assert from 'node:assert/strict'
import { bodyThen, bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertAbsent, assertHolds, rejection } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

/** What a lost connection looks like: it is not the destination that failed. */
const lost = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
const fail = (error: unknown) => () => {
  throw error
}

const moments: readonly [string, (partSizeBytes: number) => number][] = [
  ['before its first chunk', () => 0],
  ['after a byte', () => 1],
  ['after exactly one part', (part) => part],
  ['in the middle of the third part', (part) => 2.5 * part],
]

export const failingBodyCases: readonly ContractCase[] = [
  ...moments.flatMap(([moment, sizeOf]) => [
    contractCase(`failing body: ${moment}, the write rejects with that very error`, [], async (place) => {
      const error = lost()
      const body = bodyThen(bytesOf(sizeOf(partSizeOf(place.subject))), fail(error))
      assert.equal(await rejection(place.exporter.write(place.key, body)), error)
    }),
    contractCase(`failing body: ${moment}, no object is left`, [], async ({ exporter, key, subject }) => {
      // Whatever the write says: there must be nothing.
      await exporter.write(key, bodyThen(bytesOf(sizeOf(partSizeOf(subject))), fail(lost()))).catch(() => {})
      await assertAbsent(exporter, key)
    }),
  ]),
  contractCase('failing body: what was there before stays', [], async ({ exporter, key, subject }) => {
    await exporter.write(key, whole(bytesOf(1000)))
    const body = bodyThen(bytesOf(2.5 * partSizeOf(subject)), fail(lost()))
    await exporter.write(key, body, { overwrite: true }).catch(() => {})
    await assertHolds(exporter, key, bytesOf(1000))
  }),
  contractCase('failing body: nothing unfinished is left', ['unfinished'], async ({ exporter, key, subject }) => {
    for (const [, sizeOf] of moments) {
      await exporter.write(key, bodyThen(bytesOf(sizeOf(partSizeOf(subject))), fail(lost()))).catch(() => {})
      assert.deepEqual(await subject.unfinished?.(), [])
    }
  }),
  contractCase('failing body: the key can be written again', [], async ({ exporter, key, subject }) => {
    await exporter.write(key, bodyThen(bytesOf(2.5 * partSizeOf(subject)), fail(lost()))).catch(() => {})
    await exporter.write(key, whole(bytesOf(1000)))
    await assertHolds(exporter, key, bytesOf(1000))
  }),
]
