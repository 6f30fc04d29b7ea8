import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkAnswer, isOfOtherBytes } from '../src/write/etag.ts'

const md5 = createHash('md5').update('sent').digest()
const other = createHash('md5').update('other').digest('hex')

describe('an ETag', () => {
  test.each([undefined, 'AES256'])('of other bytes is damage, with encryption %s', (ServerSideEncryption) => {
    expect(() => checkAnswer({ ETag: `"${other}"`, ServerSideEncryption }, md5)).toThrow(
      expect.objectContaining({ name: 'BadDigest' }),
    )
    expect(checkAnswer({ ETag: `"${md5.toString('hex')}"`, ServerSideEncryption }, md5)).toBe(
      `"${md5.toString('hex')}"`,
    )
    expect(isOfOtherBytes({ ETag: `"${other}-3"`, ServerSideEncryption }, `${md5.toString('hex')}-3`)).toBe(true)
  })

  test.each([
    { ETag: `"${other}"`, ServerSideEncryption: 'aws:kms' },
    { ETag: `"${other}"`, ServerSideEncryption: 'aws:kms:dsse' },
    { ETag: '"0x8DC"' },
    { ETag: '' },
    {},
  ])('that is no digest says nothing: %j', (answer) => {
    expect(isOfOtherBytes(answer, md5.toString('hex'))).toBe(false)
  })

  test('is compared without quotes, in any case', () => {
    expect(isOfOtherBytes({ ETag: md5.toString('hex').toUpperCase() }, md5.toString('hex'))).toBe(false)
  })
})
