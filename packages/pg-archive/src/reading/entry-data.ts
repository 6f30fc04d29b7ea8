import type { TocEntry } from '../toc/model.ts'

/**
 * The data of one entry, uncompressed. A chunk with a `[Symbol.dispose]` is lent: who calls it when no one needs the chunk's bytes
 * any more keeps memory small. Whoever does not leaves it to the garbage collector, a few tens of MB later.
 */
export type EntryData = TableData | LargeObjectData

export interface TableData {
  readonly entry: TocEntry
  readonly kind: 'table'
  /** What pg_restore would send: COPY text with its end marker, or INSERT statements. */
  readonly content: AsyncIterable<Uint8Array>
}

export interface LargeObjectData {
  readonly entry: TocEntry
  readonly kind: 'large-objects'
  /** Each must be read before the next is asked for. */
  readonly objects: AsyncIterable<LargeObject>
}

export interface LargeObject {
  readonly oid: number
  readonly content: AsyncIterable<Uint8Array>
}

/** The description of the entry that has the contents of large objects. */
export const largeObjects = 'BLOBS'

/** Whether the archive has data for the entry. */
export const hasData = ({ data }: TocEntry) => data.kind !== 'none'
