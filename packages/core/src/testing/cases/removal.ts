import assert from 'node:assert/strict'
import { bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertAbsent, assertHolds, listed } from '../look.ts'
import { writeMany } from '../many-objects.ts'

export const removalCases: readonly ContractCase[] = [
  contractCase('removal: an object is gone', ['remove'], async ({ exporter, key, open }) => {
    await exporter.write(key, whole(bytesOf(1000)))
    await exporter.remove([key])
    await assertAbsent(exporter, key)
    await assertAbsent(await open(), key)
  }),
  contractCase('removal: of what is not there, or of nothing, is no error', ['remove'], async ({ exporter, key }) => {
    await exporter.remove([])
    await exporter.remove([key])
    await exporter.remove([key, key])
  }),
  contractCase('removal: a key can be written again', ['remove'], async ({ exporter, key }) => {
    for (const seed of [1, 2]) {
      await exporter.write(key, whole(bytesOf(1000, seed)))
      await assertHolds(exporter, key, bytesOf(1000, seed))
      await exporter.remove([key])
    }
  }),
  contractCase('removal: only what was named goes', ['manyKeys', 'remove'], async ({ exporter }) => {
    for (const key of ['a/one', 'a/two', 'ab', 'b/a/one']) await exporter.write(key, whole(bytesOf(10)))
    await exporter.remove(['a/one', 'missing', 'a', 'b/'])
    assert.deepEqual(await listed(exporter, ''), ['a/two', 'ab', 'b/a/one'])
  }),
  contractCase('removal: 1,100 objects', ['manyKeys', 'remove', 'isCheapPerObject'], async ({ exporter }) => {
    const many = await writeMany(exporter, (index) => `many/${index}`)
    await exporter.write('other', whole(bytesOf(10)))
    await exporter.remove(many)
    assert.deepEqual(await listed(exporter, ''), ['other'])
  }),
]
