import { describe, expect, test } from 'vitest'
import { ArchiveError } from '../src/archive-error.ts'
import { readToc } from '../src/toc/read-toc.ts'
import { archive, type Shape } from './archive-bytes.ts'

function failure(bytes: Uint8Array): ArchiveError {
  try {
    readToc(bytes)
  } catch (error) {
    if (error instanceof ArchiveError) return error
    throw error
  }
  throw new Error('the archive was read')
}

describe('readToc', () => {
  for (const minor of [12, 13, 14, 15, 16]) {
    for (const format of [1, 3]) {
      test(`reads version 1.${minor}, format code ${format}`, () => {
        const bytes = archive({ minor, format })
        const { header, entries, tocEnd } = readToc(Buffer.concat([bytes, Buffer.from('data blocks')]))
        expect(tocEnd).toBe(bytes.length)
        expect(header).toEqual({
          version: { major: 1, minor, revision: 0 },
          intSize: 4,
          offsetSize: 8,
          format: format === 1 ? 'custom' : 'directory',
          compression: minor >= 15 ? { algorithm: 'zstd', level: undefined } : { algorithm: 'gzip', level: -1 },
          created: { second: 59, minute: 30, hour: 23, day: 31, month: 11, year: 126, isDst: 0 },
          database: 'shop',
          serverVersion: '15.18',
          pgDumpVersion: '15.18 (Debian)',
        })
        expect(entries).toEqual([
          {
            dumpId: 7,
            hadDumper: false,
            catalogId: { tableOid: 1259, oid: 16384 },
            tag: 'orders',
            description: 'TABLE',
            section: 'pre-data',
            definition: 'CREATE TABLE app.orders ();\n',
            dropStatement: 'DROP TABLE app.orders;\n',
            copyStatement: undefined,
            schema: 'app',
            tablespace: '',
            tableAccessMethod: minor >= 14 ? 'heap' : undefined,
            relkind: minor >= 16 ? 'r' : undefined,
            owner: 'owner',
            withOids: 'false',
            dependencies: [3, 12],
            data: { kind: 'none' },
          },
          {
            dumpId: 8,
            hadDumper: true,
            catalogId: { tableOid: 0, oid: 0 },
            tag: 'orders',
            description: 'TABLE DATA',
            section: 'data',
            definition: '',
            dropStatement: '',
            copyStatement: 'COPY app.orders FROM stdin;\n',
            schema: undefined,
            tablespace: undefined,
            tableAccessMethod: undefined,
            relkind: undefined,
            owner: undefined,
            withOids: 'false',
            dependencies: [],
            data: format === 1 ? { kind: 'block', offset: 0x1234n } : { kind: 'file', name: '8.dat' },
          },
        ])
      })
    }
  }

  for (const [intSize, offsetSize] of [
    [2, 4],
    [4, 4],
    [8, 8],
  ] as const) {
    test(`reads integers of ${intSize} and offsets of ${offsetSize} bytes`, () => {
      const { entries } = readToc(archive({ intSize, offsetSize }))
      expect(entries.map((entry) => entry.dumpId)).toEqual([7, 8])
      expect(entries[1]?.data).toEqual({ kind: 'block', offset: 0x1234n })
    })
  }

  test('tells level 0 of older versions as no compression', () => {
    expect(readToc(archive({ minor: 14, compression: 0 })).header.compression).toEqual({ algorithm: 'none', level: 0 })
  })

  test('tells a block without a noted position from no block', () => {
    expect(readToc(archive({ state: 1, hadDumper: 1 })).entries[0]?.data).toEqual({ kind: 'block', offset: undefined })
  })

  test('keeps a byte order mark and characters beyond the basic plane', () => {
    const definition = "\ufeffSELECT '\u{1f418}'"
    expect(readToc(archive({ definition })).entries[0]?.definition).toBe(definition)
  })

  test('tells NULL from an empty string', () => {
    expect(readToc(archive({ definition: null })).entries[0]?.definition).toBeUndefined()
    expect(readToc(archive({ definition: '' })).entries[0]?.definition).toBe('')
  })

  test('decodes strictly, or byte by byte on request', () => {
    const definition = Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1))
    const bytes = archive({ definition })
    const error = failure(bytes)
    expect(error.code).toBe('ARCHIVE.CORRUPT')
    expect(error.hint).toContain('latin1')
    const decoded = readToc(bytes, { decode: 'latin1' }).entries[0]?.definition ?? ''
    expect(Buffer.from(decoded, 'latin1')).toEqual(definition)
  })

  test('reads a view into a larger buffer', () => {
    const bytes = archive()
    const padded = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')])
    expect(readToc(padded.subarray(6, 6 + bytes.length))).toEqual(readToc(bytes))
  })
})

describe('readToc refuses', () => {
  for (const minor of [12, 13, 14, 15, 16]) {
    for (const format of [1, 3]) {
      test(`version 1.${minor}, format code ${format}, cut at any offset`, () => {
        const bytes = archive({ minor, format })
        for (let length = 0; length < bytes.length; length++) {
          const error = failure(bytes.subarray(0, length))
          expect(error.code, `cut at ${length}`).toBe('ARCHIVE.TRUNCATED')
          expect(error.meta.offset).toBeLessThanOrEqual(length)
        }
      })
    }
  }

  test('any single byte set to 255, or reads it, but never fails otherwise', () => {
    const bytes = archive({ minor: 16 })
    let refused = 0
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at] = 255
      try {
        readToc(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(ArchiveError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(100)
  })

  test('what is no archive', () => {
    const error = failure(Buffer.from('-- PostgreSQL database dump\n'))
    expect(error).toMatchObject({ code: 'ARCHIVE.BAD_MAGIC', retryable: false, name: 'ArchiveError' })
    expect(Reflect.get(error, Symbol.for('pgark.error'))).toBe(true)
  })

  test('versions before 1.12 and after 1.16', () => {
    expect(failure(archive({ minor: 11 }))).toMatchObject({
      code: 'ARCHIVE.UNSUPPORTED_VERSION',
      message: 'The archive is of version 1.11; versions 1.12 to 1.16 can be read (at offset 5)',
    })
    expect(failure(archive({ minor: 17 })).code).toBe('ARCHIVE.UNSUPPORTED_VERSION')
  })

  test('an unknown format', () => {
    expect(failure(archive({ format: 2 })).code).toBe('ARCHIVE.UNSUPPORTED_VERSION')
  })

  test('integer sizes beyond 1 to 8', () => {
    for (const size of [0, 9, 255]) {
      const bytes = archive()
      bytes[8] = size
      expect(failure(bytes)).toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { offset: 8 } })
    }
  })

  for (const [name, shape] of Object.entries({
    'a negative count': { count: -1 },
    'dump id 0': { dumpId: 0 },
    'a negative dump id': { dumpId: -4 },
    'a dump id that is there twice': { dumpId: 8 },
    'section 0': { section: 0 },
    'section 5': { section: 5 },
    'an oid that is NULL': { oid: null },
    'an oid that is no number': { oid: '16x' },
    'an oid above 32 bits': { oid: '4294967296' },
    'dependency 0': { dependency: '0' },
    'a dependency that is no number': { dependency: '-3' },
    'a string with a NUL character': { definition: 'SELECT 1;\0' },
    'an unknown state of data': { state: 4 },
    'an unknown compression': { minor: 15, compression: 4 },
    'a compression level of 10': { compression: 10 },
  } satisfies Record<string, Shape>)) {
    test(name, () => {
      expect(failure(archive(shape)).code).toBe('ARCHIVE.CORRUPT')
    })
  }

  test('counts and lengths that the bytes cannot hold, at once', () => {
    expect(failure(archive({ count: 0x7fff_ffff }))).toMatchObject({
      code: 'ARCHIVE.TRUNCATED',
      message: expect.stringContaining('2147483647 entries'),
    })
    const bytes = archive()
    const tag = bytes.indexOf('orders')
    bytes.writeUInt32LE(0xffff_ffff, tag - 4)
    expect(failure(bytes)).toMatchObject({ code: 'ARCHIVE.TRUNCATED', meta: { offset: tag - 5, entry: 0 } })
  })

  test('a length below NULL, a sign byte that is no sign, an integer beyond 2^53', () => {
    for (const damage of [
      (bytes: Buffer, at: number) => bytes.set([1, 2], at),
      (bytes: Buffer, at: number) => bytes.set([2], at),
    ]) {
      const bytes = archive()
      damage(bytes, bytes.indexOf('orders') - 5)
      expect(failure(bytes).code).toBe('ARCHIVE.CORRUPT')
    }
    const wide = archive({ intSize: 8 })
    wide[wide.indexOf('orders') - 1] = 0x7f
    expect(failure(wide).code).toBe('ARCHIVE.CORRUPT')
  })

  test('without quoting what the archive holds', () => {
    const secret = "CREATE SERVER s OPTIONS (password 'hunter2');"
    const bytes = archive({ definition: secret })
    bytes[bytes.indexOf('hunter2')] = 0xff
    const error = failure(bytes)
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.meta)}`).not.toContain('unter2')
  })
})
