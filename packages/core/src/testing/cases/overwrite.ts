import assert from 'node:assert/strict'
import { bodyThen, bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertCode, assertHolds } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

export const overwriteCases: readonly ContractCase[] = [
  contractCase('overwrite: a key that is taken is REFUSED.EXISTS', [], async ({ exporter, key, subject }) => {
    await exporter.write(key, whole(bytesOf(1000)))
    for (const sizeBytes of [0, 10, 2 * partSizeOf(subject)]) {
      await assertCode(exporter.write(key, whole(bytesOf(sizeBytes, 2))), 'REFUSED.EXISTS')
    }
    await assertHolds(exporter, key, bytesOf(1000))
  }),
  contractCase('overwrite: so is one that is taken in the middle of the write', [], async (place) => {
    const { exporter, key, open, subject } = place
    const other = await open()
    for (const sizeBytes of [10, 2 * partSizeOf(subject)]) {
      const taken = bodyThen(bytesOf(sizeBytes), () => other.write(key, whole(bytesOf(1000, 2)), { overwrite: true }))
      await assertCode(exporter.write(key, taken), 'REFUSED.EXISTS')
    }
    await assertHolds(exporter, key, bytesOf(1000, 2))
  }),
  contractCase('overwrite: nothing unfinished is left of what was refused', ['unfinished'], async (place) => {
    const { exporter, key, open, subject } = place
    const other = await open()
    const taken = bodyThen(bytesOf(2.5 * partSizeOf(subject)), () => other.write(key, whole(bytesOf(1000))))
    await exporter.write(key, taken).catch(() => {})
    assert.deepEqual(await subject.unfinished?.(), [])
  }),
  contractCase('overwrite: when it is asked for, the new object takes the place of the old', [], async (place) => {
    const { exporter, key, open } = place
    for (const [seed, sizeBytes] of [2 * partSizeOf(place.subject) + 1, 0, 10].entries()) {
      const { sizeBytes: stored } = await exporter.write(key, whole(bytesOf(sizeBytes, seed + 1)), { overwrite: true })
      assert.equal(stored, sizeBytes)
      await assertHolds(await open(), key, bytesOf(sizeBytes, seed + 1))
    }
  }),
]
