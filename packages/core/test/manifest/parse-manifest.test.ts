import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../src/index.ts'
import { manifestBytes } from '../../src/manifest/manifest-bytes.ts'
import { parseContents, parseManifest } from '../../src/manifest/parse-manifest.ts'
import { altered, folderManifest, placesIn, sampleContents, sampleManifest } from './sample.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const parse = (value: unknown) => parseManifest(manifestBytes(value as Manifest), 'shop.sql.zst.json')

describe('a manifest that was written is read as it was', () => {
  test('with its contents in it', () => expect(parse(sampleManifest)).toEqual(sampleManifest))
  test('with its contents apart', () => expect(parse(folderManifest)).toEqual(folderManifest))
  test('its contents', () => expect(parseContents(bytes(sampleContents), 'x')).toEqual(sampleContents))
})

test('fields that this version does not know are passed over, wherever they stand', () => {
  const places = [...placesIn(sampleManifest)].filter(
    (place) => !['metadata', 'selection'].some((free) => place.includes(free)),
  )
  for (const place of places) {
    const value = place.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], sampleManifest)
    if (typeof value !== 'object' || Array.isArray(value)) continue
    const extended = altered(sampleManifest, place, () => ({ ...value, fromTheFuture: { x: [1] } }))
    expect(parse(extended)).toEqual(sampleManifest)
  }
  expect(parse({ ...sampleManifest, fromTheFuture: true })).toEqual(sampleManifest)
})

describe('a backup that needs a newer pgark is refused, not called damaged', () => {
  test('by a feature', () => {
    expect(() => parse({ ...sampleManifest, requires: ['age-encryption', 'chunks'] })).toThrow(
      expect.objectContaining({
        code: 'REFUSED.UNKNOWN_FEATURE',
        message:
          'The backup of the manifest shop.sql.zst.json needs age-encryption, chunks, which this version of pgark does not know.',
        hint: 'use a newer version of pgark',
      }),
    )
  })
  test('by the version of the manifest, whatever else is in it', () => {
    const refusal = expect.objectContaining({ code: 'REFUSED.UNKNOWN_FEATURE' })
    expect(() => parse({ manifestVersion: 2 })).toThrow(refusal)
    expect(() => parse({ ...sampleManifest, manifestVersion: 2, encryption: 'age' })).toThrow(refusal)
  })
})

describe('damage is found', () => {
  const damaged = (value: unknown) =>
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'DAMAGE.MANIFEST' }))

  test('at each field, when it is missing', () => {
    const optional = new Set(['loadInto', 'requirements', 'icuVersion'])
    const required = [...placesIn(sampleManifest)].filter(
      (place) =>
        // Elements of lists and records may be fewer.
        !/^\d+$/.test(place.at(-1) ?? '') &&
        !['metadata', 'selection'].includes(place.at(-2) ?? '') &&
        !optional.has(place.at(-1) ?? ''),
    )
    expect(required.length).toBeGreaterThan(40)
    for (const place of required) damaged(altered(sampleManifest, place, () => undefined))
  })

  test('at each field, when it has another type', () => {
    for (const place of placesIn(sampleManifest)) damaged(altered(sampleManifest, place, () => null))
  })

  test('in numbers that cannot be', () => {
    const place = ['objects', '0', 'sizeBytes']
    for (const value of [-1, 1.5, '100']) damaged(altered(sampleManifest, place, () => value))
  })

  test('in a hash that is none', () => {
    for (const value of ['', 'ab', 'AB'.repeat(32), 'gg'.repeat(32)]) {
      damaged(altered(sampleManifest, ['objects', '0', 'sha256'], () => value))
    }
  })

  test('in what is no manifest at all', () => {
    for (const value of [null, 1, 'x', [], {}, { manifestVersion: 0 }]) damaged(value)
  })

  test('wherever the text was cut', () => {
    const whole = bytes(sampleManifest)
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseManifest(whole.subarray(0, length), 'x')).toThrow(
        expect.objectContaining({ code: 'DAMAGE.MANIFEST', message: 'The manifest x is not JSON.' }),
      )
    }
  })

  test('in bytes that are no UTF-8', () => {
    const broken = Buffer.from(bytes(sampleManifest))
    broken[broken.indexOf('test')] = 0xff
    expect(() => parseManifest(broken, 'x')).toThrow(expect.objectContaining({ code: 'DAMAGE.MANIFEST' }))
  })

  test('in contents', () => {
    for (const place of placesIn(sampleContents)) {
      expect(() => parseContents(bytes(altered(sampleContents, place, () => null)), 'x')).toThrow(
        expect.objectContaining({ code: 'DAMAGE.MANIFEST', message: expect.stringContaining(`at ${place[0]}`) }),
      )
    }
  })

  test('in a digest that is none', () => {
    for (const place of [
      ['tables', '1', 'digest'],
      ['largeObjects', 'digest'],
    ]) {
      for (const value of ['', '0', '0'.repeat(31), '0'.repeat(33), 'AB'.repeat(16), 'gg'.repeat(16)]) {
        expect(() => parseContents(bytes(altered(sampleContents, place, () => value)), 'x')).toThrow(
          expect.objectContaining({
            code: 'DAMAGE.MANIFEST',
            message: expect.stringContaining(`at ${place.join('.')}`),
          }),
        )
      }
    }
  })
})

describe('nothing but the manifest knows its own hash', () => {
  const whole = manifestBytes(sampleManifest)
  const refusal = expect.objectContaining({ code: 'DAMAGE.MANIFEST' })

  test('it stands in its last lines, and is that of all lines before', () => {
    const lines = Buffer.from(whole).toString().split('\n')
    const [, checksum] = /^ "checksum": "(.*)"$/.exec(lines.at(-3) ?? '') ?? []
    expect(lines.slice(-2)).toEqual(['}', ''])
    expect(sha256(`${lines.slice(0, -3).join('\n')}\n`)).toBe(checksum)
    expect(JSON.parse(lines.join('\n'))).toEqual({ ...sampleManifest, checksum })
  })
  test('one byte changed, anywhere', () => {
    for (const at of whole.keys()) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => parseManifest(changed, 'x'), `byte ${at}`).toThrow(refusal)
    }
  })
  test('without it, or written anew', () => {
    expect(() => parseManifest(bytes(sampleManifest), 'x')).toThrow(refusal)
    expect(() => parseManifest(bytes(JSON.parse(Buffer.from(whole).toString())), 'x')).toThrow(refusal)
  })
})
