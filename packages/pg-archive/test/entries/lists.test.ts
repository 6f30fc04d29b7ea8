import { describe, expect, test } from 'vitest'
import { type Archive, fromList, isListed, toList } from '../../src/index.ts'
import { data, entry, names } from './sample-entry.ts'

const encoding = entry('ENCODING', 'ENCODING', { dumpId: 900, schema: undefined })
const database = entry('DATABASE', 'shop', { dumpId: 901, schema: undefined })
const orders = entry('TABLE', 'orders', { dumpId: 10, catalogId: { tableOid: 1259, oid: 16384 } })
const odd = entry('TABLE', 'odd\r\nname', {
  dumpId: 11,
  catalogId: { tableOid: 1259, oid: 4_294_967_295 },
  schema: 'a\nb',
})
const rows = data('TABLE DATA', 'orders', { dumpId: 12, catalogId: { tableOid: 0, oid: 16384 }, owner: undefined })
const extension = entry('EXTENSION', 'x', {
  dumpId: 2,
  catalogId: { tableOid: 3079, oid: 7 },
  schema: undefined,
  owner: '',
})

const archive: Archive = {
  header: {
    version: { major: 1, minor: 14, revision: 0 },
    intSize: 4,
    offsetSize: 8,
    format: 'directory',
    compression: { algorithm: 'gzip', level: -1 },
    created: { second: 5, minute: 4, hour: 3, day: 2, month: 0, year: 126, isDst: 0 },
    database: 'shop\n12; 0 0 TABLE',
    serverVersion: '15.18',
    pgDumpVersion: '15.18 (Debian)',
  },
  entries: [encoding, database, extension, orders, odd, rows],
  tocEnd: 0,
}

const head = `;
; Archive created at 2026-01-02 03:04:05
;     dbname: shop 12; 0 0 TABLE
;     TOC Entries: 6
;     Compression: gzip
;     Dump Version: 1.14-0
;     Format: TAR
;     Integer: 4 bytes
;     Offset: 8 bytes
;     Dumped from database version: 15.18
;     Dumped by pg_dump version: 15.18 (Debian)
;
;
; Selected TOC Entries:
;
`

describe('a list', () => {
  test('has a head and a line for each entry that a restore runs', () => {
    expect(
      toList(archive, { format: 'tar' }),
    ).toBe(`${head}2; 3079 7 EXTENSION - x \n10; 1259 16384 TABLE public orders keeper
11; 1259 4294967295 TABLE a b odd  name keeper
12; 0 16384 TABLE DATA public orders \n`)
  })

  test('tells the format as the header does, and leaves out what the header does not say', () => {
    const { serverVersion, pgDumpVersion, database: name, ...header } = archive.header
    const unknown = { serverVersion: undefined, pgDumpVersion: undefined, database: undefined }
    const list = toList({ ...archive, header: { ...header, ...unknown }, entries: [] })
    expect(list).toContain(';     Format: DIRECTORY\n')
    expect(list).toContain(';     dbname: \n')
    expect(list).not.toContain('Dumped')
  })

  test('of an archive gives its entries again, with what sets up the session', () => {
    expect(fromList(archive, toList(archive))).toEqual([encoding, ...archive.entries.filter(isListed)])
  })

  test('can be reordered, and lines turned off', () => {
    const list = '12; rows first\r\n  10 ; then the table\n;11; not this\n\n\t\n2\n'
    expect(names(fromList(archive, list))).toEqual(names([encoding, rows, orders, extension]))
  })

  test('that names an entry twice has it at its first place', () => {
    expect(fromList(archive, '12;\n10;\n12;\n')).toEqual([encoding, rows, orders])
  })

  test('of nothing leaves nothing but what sets up the session', () => {
    expect(fromList(archive, '')).toEqual([encoding])
  })

  test.each([
    [
      'an id that is not there',
      '10;\n77; 1259 1 TABLE',
      'Line 2 of the list names entry 77, which the archive does not have.',
      2,
    ],
    ['text', 'orders', 'Line 1 of the list does not begin with the id of an entry.', 1],
    [
      'an id with something behind it',
      ';\n;\n10 TABLE',
      'Line 3 of the list does not begin with the id of an entry.',
      3,
    ],
    ['a sign', '-10;', 'Line 1 of the list does not begin with the id of an entry.', 1],
    ['a number beyond ids', `${'9'.repeat(400)};`, 'Line 1 of the list does not begin with the id of an entry.', 1],
  ])('with %s is refused', (_, list, message, line) => {
    expect(() => fromList(archive, list)).toThrow(
      expect.objectContaining({ code: 'ARCHIVE.LIST', message, meta: { line } }),
    )
  })
})
