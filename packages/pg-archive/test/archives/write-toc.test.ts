import { describe, expect, test } from 'vitest'
import { readToc, writeToc } from '../../src/index.ts'
import { archive, type Shape } from '../archive-bytes.ts'
import { entries, header } from './sample-archive.ts'

describe('what was read is written byte for byte', () => {
  for (const minor of [12, 13, 14, 15, 16]) {
    for (const format of [1, 3]) {
      const shapes: Shape[] = [
        {},
        { definition: null },
        { definition: '' },
        { definition: '\ufeffSELECT \u{1f418}' },
        { intSize: 8, offsetSize: 4 },
        { intSize: 2, offsetSize: 4 },
        { compression: minor >= 15 ? 2 : 9 },
        { compression: 0 },
      ]
      test(`version 1.${minor}, format code ${format}`, () => {
        for (const shape of shapes) {
          const bytes = archive({ minor, format, ...shape })
          expect(writeToc(readToc(bytes)).equals(bytes), JSON.stringify(shape)).toBe(true)
        }
      })
    }
  }

  test('a place that is not known', () => {
    const bytes = archive({ state: 1, hadDumper: 1 })
    expect(writeToc(readToc(bytes)).equals(bytes)).toBe(true)
  })

  test('in any encoding', () => {
    const bytes = archive({ definition: Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1)) })
    expect(writeToc(readToc(bytes, { decode: 'latin1' }), { encode: 'latin1' }).equals(bytes)).toBe(true)
  })
})

test('what is written is read again', () => {
  const bytes = writeToc({ header: header(), entries })
  expect(readToc(bytes)).toEqual({ header: header(), entries, tocEnd: bytes.length })
})

test('a creation time of before 1900 and an unknown daylight saving time keep their signs', () => {
  const created = { second: 0, minute: 0, hour: 0, day: 1, month: 0, year: -1, isDst: -1 }
  expect(readToc(writeToc({ header: header({ created }), entries: [] })).header.created).toEqual(created)
})

test('whether an entry has data is said twice, and must agree', () => {
  for (const shape of [{ hadDumper: 1 }, { hadDumper: 2 }, { hadDumper: -1 }, { state: 2 }, { state: 1 }]) {
    expect(() => readToc(archive(shape))).toThrow('whether it has data')
  }
})
