import { describe, expect, test } from 'vitest'
import { type ArchiveScriptOptions, archiveScript, openCustom, readPlainDump, type TocEntry } from '../../src/index.ts'
import { collect, cutAt } from '../bytes.ts'
import { customArchive } from './custom-made.ts'
import {
  type Contents,
  contents,
  entries,
  header,
  largeObject,
  largeObjectGroup,
  largeObjectsOf,
  rowsOf,
  table,
} from './sample-archive.ts'
import { fileOf } from './sample-file.ts'

async function scriptOf(of: readonly TocEntry[], data: Contents, options?: ArchiveScriptOptions): Promise<string> {
  const { file } = fileOf(customArchive(header(), of, data))
  const reader = await openCustom(file, { decode: 'latin1' })
  return (await collect(archiveScript(reader, options))).toString('latin1')
}

/** The objects and the numbers of rows, as a restore comes by them. */
async function itemsOf(script: string): Promise<string[]> {
  const items: string[] = []
  for await (const { sql, copy } of readPlainDump(cutAt(Buffer.from(script, 'latin1')))) {
    const text = Buffer.from(sql).toString().trim()
    if (copy) for await (const _ of copy);
    items.push(copy ? `${text.split('\n').at(-1)} ${copy.rows}` : text)
  }
  return items
}

const grants = (dumpId: number, tag: string, of: number, definition: string): TocEntry => ({
  ...largeObject(dumpId, 0),
  description: 'ACL',
  tag,
  section: 'none',
  definition,
  dependencies: [of],
})

test('is read as a plain dump: definitions, rows, large objects piece by piece', async () => {
  const items = await itemsOf(await scriptOf(entries, contents))
  const wanted = [
    'CREATE TABLE orders',
    'CREATE TABLE inserted',
    "SELECT pg_catalog.lo_create('90001')",
    "SELECT pg_catalog.lo_create('90003')",
    'COPY public.orders (a) FROM stdin; 3',
    'COPY public.nothing (a) FROM stdin; 0',
    'COPY public.customers (a) FROM stdin; 40',
    "INSERT INTO public.inserted VALUES ('x')",
    "SELECT pg_catalog.lo_put('90001', 0, '\\x6669727374')",
    "SELECT pg_catalog.lo_put('90003', 0, '\\x1f8b0800010203')",
  ]
  const places = wanted.map((text) => items.findIndex((item) => item.includes(text)))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test('without data no block is read, and no large object filled', async () => {
  const script = await scriptOf(entries, contents, { data: false })
  expect(script).not.toMatch(/COPY|lo_put|INSERT INTO/)
  expect(await itemsOf(script)).toContainEqual(expect.stringContaining('CREATE TABLE orders'))
})

test('owners are left out on request', async () => {
  const of = [table(1, 'orders', { dropStatement: 'DROP TABLE public.orders;\n' })]
  expect(await scriptOf(of, new Map())).toContain('ALTER TABLE "public"."orders" OWNER TO')
  expect(await scriptOf(of, new Map(), { owners: false })).not.toContain('OWNER TO')
})

test('a large object of many pieces is put together by their offsets', async () => {
  const content = Buffer.alloc(300_000, 'large object ')
  const of = [largeObject(1, 7), largeObjectsOf(2)]
  const { file } = fileOf(
    customArchive(header(), of, new Map([[2, new Map([[7, content]])]]), { chunkBytes: 200_000 }),
    {
      chunkBytes: 250_000,
    },
  )
  const script = (await collect(archiveScript(await openCustom(file)))).toString()
  const pieces = [...script.matchAll(/lo_put\('7', (\d+), '\\x([0-9a-f]+)'\)/g)]
  expect(pieces.length).toBeGreaterThan(2)
  let at = 0
  for (const [, offset, hex = ''] of pieces) {
    expect(Number(offset)).toBe(at)
    const piece = Buffer.from(hex, 'hex')
    expect(piece.equals(content.subarray(at, at + piece.length))).toBe(true)
    at += piece.length
  }
  expect(at).toBe(content.length)
})

describe('groups of large objects, as 17 writes them', () => {
  const grant = 'GRANT ALL ON LARGE OBJECT 8 TO reader;\nGRANT SELECT ON LARGE OBJECT 8 TO "reader 8";\n'
  const of = [
    largeObjectGroup(1, [8, 80, 88]),
    grants(2, 'LARGE OBJECTS 8..88', 1, grant),
    grants(3, 'TABLE orders', 1, 'GRANT SELECT ON TABLE orders TO reader;\n'),
    { ...largeObjectGroup(4, []), definition: undefined },
    grants(5, 'LARGE OBJECTS none', 4, 'GRANT SELECT ON LARGE OBJECT 9 TO nobody;\n'),
  ]

  test('are created one by one, each with the rights of the group', async () => {
    const items = await itemsOf(await scriptOf(of, new Map()))
    for (const oid of [8, 80, 88]) {
      expect(items.filter((item) => item.includes(`lo_create('${oid}')`))).toHaveLength(1)
      expect(items.filter((item) => item.includes(`GRANT ALL ON LARGE OBJECT ${oid} TO reader`))).toHaveLength(1)
      expect(items.filter((item) => item.includes(`ON LARGE OBJECT ${oid} TO "reader 8"`))).toHaveLength(1)
    }
    expect(items.filter((item) => item.includes('ON TABLE orders'))).toHaveLength(1)
  })
})

test('what sets up the session comes first; the values of sequences after the rows', async () => {
  const definition = (dumpId: number, description: string, sql: string, section: TocEntry['section']): TocEntry => ({
    ...largeObject(dumpId, 0),
    description,
    tag: description,
    section,
    definition: sql,
  })
  const of = [
    definition(1, 'ENCODING', "SET client_encoding = 'LATIN1';\n", 'pre-data'),
    table(2, 'orders'),
    rowsOf(11, 'orders'),
    definition(12, 'SEQUENCE SET', "SELECT pg_catalog.setval('s', 3);\n", 'data'),
  ]
  const script = await scriptOf(of, new Map([[11, Buffer.from('caf\xe9\n\\.\n\n\n', 'latin1')]]))
  const places = ["client_encoding = 'LATIN1'", 'CREATE TABLE', 'caf\xe9', 'setval'].map((text) => script.indexOf(text))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(await scriptOf(of, new Map([[11, contents.get(12) as Buffer]]), { data: false })).not.toContain('setval')
})

test('an owner of nothing is damage', async () => {
  const of = [table(1, '', { dropStatement: 'DROP TABLE public.orders;\n' })]
  await expect(scriptOf(of, new Map())).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT', meta: { dumpId: 1 } })
})

test('a definition with a command of psql is refused', async () => {
  const of = [table(1, 'orders', { definition: 'CREATE TABLE orders ();\n\\! rm -rf /\n' })]
  await expect(scriptOf(of, new Map())).rejects.toMatchObject({ code: 'UNSAFE.DEFINITION' })
})
