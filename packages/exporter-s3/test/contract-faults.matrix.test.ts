import { splitContract } from '@pgark/core/testing'
import { expect, test } from 'vitest'
import { isSlow, place, subject } from './contract-place.ts'

const { runs } = await splitContract(subject('http://127.0.0.1:1', []))
const slow = runs.filter(({ name }) => isSlow(name))
for (const { name, run } of slow) test(name, async () => run(await place()))

test('there are cases of faults', () => {
  expect(slow.length).toBeGreaterThan(5)
})
