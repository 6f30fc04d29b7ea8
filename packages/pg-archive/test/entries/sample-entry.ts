import type { TocEntry } from '../../src/index.ts'

let lastId = 0

/** An entry of a definition that depends on nothing; each call has the next dump id. */
export const entry = (description: string, tag: string, more: Partial<TocEntry> = {}): TocEntry => ({
  dumpId: ++lastId,
  hadDumper: false,
  catalogId: { tableOid: 1259, oid: lastId },
  tag,
  description,
  section: 'pre-data',
  definition: `${description} ${tag};`,
  dropStatement: undefined,
  copyStatement: undefined,
  schema: 'public',
  tablespace: '',
  tableAccessMethod: undefined,
  relkind: undefined,
  owner: 'keeper',
  withOids: undefined,
  dependencies: [],
  data: { kind: 'none' },
  ...more,
})

/** An entry with data, which has no definition. */
export const data = (description: string, tag: string, more: Partial<TocEntry> = {}): TocEntry =>
  entry(description, tag, { section: 'data', hadDumper: true, definition: '', ...more })

export const on = (...entries: readonly TocEntry[]) => ({ dependencies: entries.map(({ dumpId }) => dumpId) })

export const names = (entries: readonly TocEntry[]) => entries.map(({ description, tag }) => `${description} ${tag}`)
