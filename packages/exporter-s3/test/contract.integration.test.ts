import { splitContract } from '@pgark/core/testing'
import { expect, test } from 'vitest'
import { isSlow, place, subject } from './contract-place.ts'

// What can be tried does not depend on where it is.
const { runs, notRun } = await splitContract(subject('http://127.0.0.1:1', []))
for (const { name, run } of runs) if (!isSlow(name)) test(name, async () => run(await place()))

test('what cannot be tried: nobody but the server knows which uploads are strays', () => {
  expect(notRun.map(({ missing }) => missing)).toEqual([['removeStrays']])
})
