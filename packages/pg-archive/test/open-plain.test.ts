import { describe, expect, test } from 'vitest'
import {
  type Archive,
  type ArchiveReader,
  archiveScript,
  completionMarker,
  openPlain,
  type TocEntry,
} from '../src/index.ts'
import { cutAt } from './bytes.ts'

const entry = (dumpId: number, fields: Partial<TocEntry>): TocEntry => ({
  ...{ dumpId, hadDumper: false, catalogId: { tableOid: 0, oid: 0 }, section: 'data', withOids: 'false' },
  ...{ tag: undefined, description: undefined, definition: undefined, dropStatement: undefined, schema: 'shop' },
  ...{ copyStatement: undefined, tablespace: undefined, tableAccessMethod: undefined, relkind: undefined, owner: '' },
  ...{ dependencies: [], data: { kind: 'none' } },
  ...fields,
})
const data = { kind: 'block', offset: undefined } as const
const rowsOf = (dumpId: number, tag: string) =>
  entry(dumpId, {
    description: 'TABLE DATA',
    tag,
    copyStatement: `COPY shop.${tag} (id) FROM stdin;\n`,
    hadDumper: true,
    data,
  })
const table = entry(1, {
  ...{ description: 'TABLE', tag: 'items', section: 'pre-data', definition: 'CREATE TABLE shop.items (id integer);\n' },
})
const objects = entry(4, { description: 'BLOBS', tag: 'BLOBS', schema: undefined, hadDumper: true, data })
const archive = {
  header: {} as Archive['header'],
  tocEnd: 0,
  entries: [table, rowsOf(2, 'items'), rowsOf(3, 'none'), objects],
} satisfies Archive

const largeObjects = `SELECT pg_catalog.lo_create('7');
ALTER LARGE OBJECT 7 OWNER TO "me";
COMMENT ON LARGE OBJECT 7 IS 'seven; or more';
SELECT pg_catalog.lo_put('7', 0, '\\x00ff');
`
const rows = `COPY shop.items (id) FROM stdin;
1
2
\\.

COPY shop.none (id) FROM stdin;
\\.

`
const script = `SET standard_conforming_strings = on;
CREATE TABLE shop.items (id integer);
${rows}SELECT pg_catalog.setval('shop.items_id_seq', 2, true);
${largeObjects}CREATE INDEX x ON shop.items (id);
${completionMarker}
`
const opened = (text = script, of: Archive = archive) => openPlain(cutAt(Buffer.from(text), 100, 190), of)

/** The data of entries by their tags; of those that are only looked at, no more than the tag. */
async function read(reader: ArchiveReader, isWanted?: (entry: TocEntry) => boolean, isLookedAt = () => false) {
  const found: Record<string, string> = {}
  for await (const item of reader.readData(isWanted)) {
    const tag = item.entry.tag ?? ''
    found[tag] = ''
    if (isLookedAt() || item.kind !== 'table') continue
    for await (const chunk of item.content) found[tag] += Buffer.from(chunk).toString()
  }
  return found
}

describe('a script as the archive that it was made of', () => {
  const all = { items: '1\n2\n\\.\n\n\n', none: '\\.\n\n\n', BLOBS: largeObjects }
  test('has its rows, and all that is said of large objects', async () => {
    expect(await read(opened())).toEqual(all)
    expect(opened()).toMatchObject({ format: 'plain', archive })
  })
  test.each(['items', 'none', 'BLOBS'] as const)('has those of %s alone', async (tag) => {
    expect(await read(opened(), (entry) => entry.tag === tag)).toEqual({ [tag]: all[tag] })
  })
  test('passes over what is not read', async () => {
    expect(await read(opened(), undefined, () => true)).toEqual({ items: '', none: '', BLOBS: '' })
    const withoutObjects = { ...archive, entries: archive.entries.slice(0, 3) }
    expect(await read(opened(script, withoutObjects))).toEqual({ items: all.items, none: all.none })
  })
  test('becomes a script again', async () => {
    let text = ''
    for await (const chunk of archiveScript(opened())) text += Buffer.from(chunk).toString()
    expect(text).toContain('CREATE TABLE shop.items (id integer);')
    for (const block of rows.trim().split('\n\n')) expect(text).toContain(`${block}\n`)
    expect(text).toContain(largeObjects)
  })
})

describe('is refused', () => {
  const changed = [
    ['other rows', script.replace('shop.none (id)', 'shop.none (di)')],
    ['rows too many', script.replace(rows, rows + rows)],
    ['rows too few', script.replace(/COPY shop\.none[\s\S]*?\\\.\n/, '')],
    [
      'rows in another order',
      script
        .replace('shop.items (id)', 'shop.none (id)')
        .replace('shop.none (id)', 'shop.items (id)')
        .replace(rows, rows.split('\n\n').toReversed().join('\n\n')),
    ],
  ]
  test.each(changed)('where it has %s', async (_, text) => {
    expect(text).not.toBe(script)
    await expect(read(opened(text))).rejects.toMatchObject({ code: 'ARCHIVE.CORRUPT' })
  })
  test('where it was cut', async () => {
    await expect(read(opened(script.replace(completionMarker, '')))).rejects.toMatchObject({
      code: 'ARCHIVE.INCOMPLETE',
    })
  })
})

test('closes its source, whether it was read or not', async () => {
  for (const isRead of [false, true]) {
    let closed = 0
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: Buffer.from(script) }),
        return: async () => {
          closed++
          return { done: true, value: undefined }
        },
      }),
    } as AsyncIterable<Uint8Array>
    const reader = openPlain(source, archive)
    if (isRead) await reader.readData().next()
    await reader.close()
    expect(closed).toBe(1)
  }
})
