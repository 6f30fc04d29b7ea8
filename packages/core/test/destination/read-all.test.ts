import { expect, test } from 'vitest'
import { metadataBytes, readAll } from '../../src/destination/read-all.ts'

test('what is written can be read back, what could not be is not written', async () => {
  const value = { objects: ['a', 'b'] }
  const bytes = metadataBytes(value)
  expect(JSON.parse(Buffer.from(await readAll(chunks(bytes))).toString())).toEqual(value)
  expect(metadataBytes(value, bytes.byteLength)).toEqual(bytes)
  expect(() => metadataBytes(value, bytes.byteLength - 1)).toThrow(
    expect.objectContaining({ code: 'REFUSED.TOO_MANY_OBJECTS' }),
  )
})

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 3)
  yield bytes.subarray(3)
}
