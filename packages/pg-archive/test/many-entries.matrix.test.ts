import { expect, test } from 'vitest'
import { openCustom, type TocEntry, writeCustom, writeToc } from '../src/index.ts'
import { header, largeObject, table } from './archives/sample-archive.ts'

/** More than once could be written, or read. */
const count = 1_400_000
const mebibyte = 1024 * 1024

async function* none() {}

test('1,400,000 large objects, an entry each: what is written is read again', async () => {
  const entries = Array.from({ length: count }, (_, at) => ({
    ...largeObject(at + 1, at + 100_000),
    dropStatement: `SELECT pg_catalog.lo_unlink('${at + 100_000}');\n`,
  }))
  const read = () => writeCustom({ header: header(), entries }, none(), { encode: 'latin1' })
  const { archive } = await openCustom({ canSeek: false, read }, { decode: 'latin1' })
  expect(archive.tocEnd).toBeGreaterThan(256 * mebibyte)
  expect(archive.entries).toHaveLength(count)
  expect(archive.entries.at(-1)).toEqual({ ...entries.at(-1), relkind: undefined })
})

test('by default no more is written than is read by default: 512 MiB', async () => {
  const definition = ' '.repeat(8 * mebibyte)
  const of = (length: number): TocEntry[] => Array.from({ length }, (_, at) => table(at + 1, 'a', { definition }))
  const read = () => writeCustom({ header: header(), entries: of(63) }, none(), { encode: 'latin1' })
  expect((await openCustom({ canSeek: false, read }, { decode: 'latin1' })).archive.tocEnd).toBeGreaterThan(
    504 * mebibyte,
  )
  expect(() => writeToc({ header: header(), entries: of(64) }, { encode: 'latin1' })).toThrow(
    expect.objectContaining({ code: 'REFUSED.TOC_SIZE' }),
  )
  const longer = writeToc({ header: header(), entries: of(64) }, { encode: 'latin1', maxBytes: 2 ** 30 })
  async function* chunks() {
    for (let at = 0; at < longer.length; at += mebibyte) yield longer.subarray(at, at + mebibyte)
  }
  await expect(openCustom({ canSeek: false, read: chunks }, { decode: 'latin1' })).rejects.toMatchObject({
    code: 'ARCHIVE.LIMIT',
  })
})
