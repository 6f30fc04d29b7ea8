import type { TocEntry } from '@pgark/pg-archive'

/** Hands out entries beside those of pg_dump, with dump ids of their own. */
export class NewEntries {
  #lastId: number

  constructor(entries: readonly TocEntry[]) {
    this.#lastId = entries.reduce((highest, { dumpId }) => Math.max(highest, dumpId), 0)
  }

  /** An entry as pg_dump fills it where nothing else is said. */
  make(fields: Partial<TocEntry> & Pick<TocEntry, 'description' | 'tag' | 'section'>): TocEntry {
    this.#lastId += 1
    return {
      dumpId: this.#lastId,
      hadDumper: fields.data !== undefined,
      catalogId: { tableOid: 0, oid: 0 },
      definition: undefined,
      dropStatement: undefined,
      copyStatement: undefined,
      schema: undefined,
      tablespace: undefined,
      tableAccessMethod: undefined,
      relkind: undefined,
      owner: undefined,
      withOids: 'false',
      dependencies: [],
      data: { kind: 'none' },
      ...fields,
    }
  }
}

/** An entry whose data the archive's writer will find a place for. */
export const withData = { kind: 'block', offset: undefined } as const
