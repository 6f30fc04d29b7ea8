import type { ArchiveHeader, EntryData, TocEntry } from '../../src/index.ts'
import { cutAt } from '../bytes.ts'

export const header = (more: Partial<ArchiveHeader> = {}): ArchiveHeader => ({
  version: { major: 1, minor: 16, revision: 0 },
  intSize: 4,
  offsetSize: 8,
  format: 'custom',
  compression: { algorithm: 'none', level: undefined },
  created: { second: 59, minute: 30, hour: 23, day: 31, month: 11, year: 126, isDst: 0 },
  database: 'shop',
  serverVersion: '17.5',
  pgDumpVersion: '17.5',
  ...more,
})

const plain = (dumpId: number, description: string, tag: string, more: Partial<TocEntry>): TocEntry => ({
  dumpId,
  hadDumper: false,
  catalogId: { tableOid: 1259, oid: 16000 + dumpId },
  tag,
  description,
  section: 'pre-data',
  definition: `CREATE ${description} ${tag};\n`,
  dropStatement: undefined,
  copyStatement: undefined,
  schema: 'public',
  tablespace: '',
  tableAccessMethod: undefined,
  relkind: undefined,
  owner: 'keeper',
  withOids: 'false',
  dependencies: [],
  data: { kind: 'none' },
  ...more,
})

/** An entry with data. */
const stored = (dumpId: number, description: string, tag: string, more: Partial<TocEntry>): TocEntry =>
  plain(dumpId, description, tag, {
    hadDumper: true,
    section: 'data',
    definition: '',
    data: { kind: 'block', offset: undefined },
    ...more,
  })

export const table = (dumpId: number, tag: string, more: Partial<TocEntry> = {}) =>
  plain(dumpId, 'TABLE', tag, { relkind: 'r', tableAccessMethod: 'heap', ...more })
export const rowsOf = (dumpId: number, tag: string, more: Partial<TocEntry> = {}) =>
  stored(dumpId, 'TABLE DATA', tag, { copyStatement: `COPY public.${tag} (a) FROM stdin;\n`, ...more })
/** One large object, as before 17. */
export const largeObject = (dumpId: number, oid: number) =>
  plain(dumpId, 'BLOB', String(oid), { definition: `SELECT pg_catalog.lo_create('${oid}');\n`, schema: undefined })
/** Several of them, as since 17. */
export const largeObjectGroup = (dumpId: number, oids: readonly number[]) =>
  plain(dumpId, 'BLOB METADATA', `${oids[0]}..${oids.at(-1)}`, { definition: oids.map((oid) => `${oid}\n`).join('') })
export const largeObjectsOf = (dumpId: number, dependencies: readonly number[] = []) =>
  stored(dumpId, 'BLOBS', 'BLOBS', { schema: undefined, dependencies })

/** The data of an archive by dump id: rows, or large objects by oid. */
export type Contents = ReadonlyMap<number, Buffer | ReadonlyMap<number, Buffer>>

export const copied = (...rows: string[]) => Buffer.from(`${rows.map((row) => `${row}\n`).join('')}\\.\n\n\n`)

/** Two tables, an empty one between them, INSERT statements, and large objects of 17, in two groups. */
export const entries: readonly TocEntry[] = [
  table(1, 'orders'),
  table(2, 'nothing'),
  table(3, 'customers'),
  table(4, 'inserted'),
  largeObjectGroup(5, [90001, 90002]),
  largeObjectGroup(6, [90003]),
  rowsOf(11, 'orders'),
  rowsOf(12, 'nothing'),
  rowsOf(13, 'customers'),
  rowsOf(14, 'inserted', { copyStatement: undefined }),
  largeObjectsOf(15, [5]),
  largeObjectsOf(16, [6]),
]
export const contents: Contents = new Map<number, Buffer | ReadonlyMap<number, Buffer>>([
  [11, copied('1', '2', '\\N')],
  [12, copied()],
  [13, copied(...Array.from({ length: 40 }, (_, index) => `customer ${index}`))],
  [14, Buffer.from("INSERT INTO public.inserted VALUES ('x');\n\n\n")],
  [
    15,
    new Map([
      [90001, Buffer.from('first')],
      [90002, Buffer.alloc(0)],
    ]),
  ],
  [16, new Map([[90003, Buffer.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3])]])],
])

/** As a writer takes it. */
export async function* dataOf(of: readonly TocEntry[], from: Contents): AsyncGenerator<EntryData> {
  for (const entry of of) {
    const data = from.get(entry.dumpId)
    if (Buffer.isBuffer(data)) yield { entry, kind: 'table', content: cutAt(data, Math.floor(data.length / 2)) }
    else if (data) yield { entry, kind: 'large-objects', objects: objectsOf(data) }
  }
}

async function* objectsOf(objects: ReadonlyMap<number, Buffer>) {
  for (const [oid, content] of objects) yield { oid, content: cutAt(content) }
}
