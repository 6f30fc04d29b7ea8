import type { Contents, ContentsTable, ObjectSink } from '@pgark/core'
import { dataFileName, type EntryData, type LargeObject, writeCustom, writeDirectory } from '@pgark/pg-archive'
import type { BackupParts } from '../backup/backup-parts.ts'
import { describeContents } from '../backup/describe-contents.ts'
import type { TableToCopy } from '../backup/describe-tables.ts'
import { tableRows } from '../backup/table-rows.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { type ArchivePlan, planArchive } from './archive-plan.ts'
import { endOfRows, tableFile } from './table-file.ts'

const objectName = 'backup.dump'
/** Files being written at once, for each job: small ones spend most of their time waiting for the disk. */
const filesPerJob = 4

/** Writes a backup as one file in pg_dump's custom format. */
export async function writeCustomArchive(parts: BackupParts, sink: ObjectSink): Promise<Contents> {
  const object = parts.request.objectName ?? objectName
  const plan = await planArchive(parts)
  const contents = new ArchiveContents(plan, parts)
  async function* data(): AsyncGenerator<EntryData> {
    for (const { entry, table } of plan.tables) {
      async function* content() {
        contents.add(table, yield* tableRows(table, parts, object))
        yield endOfRows
      }
      yield { entry, kind: 'table', content: content() }
    }
    yield* contents.largeObjects()
  }
  parts.run.onEvent({ type: 'phase', name: 'data' })
  await sink.write(object, writeCustom(plan.archive, data(), options(parts)), { signal: parts.snapshot.signal })
  return contents.describe()
}

/**
 * Writes a backup in pg_dump's directory format: an object for each table and each large object, several at once, the largest tables
 * first, and `toc.dat` last.
 */
export async function writeDirectoryArchive(parts: BackupParts, sink: ObjectSink): Promise<Contents> {
  const plan = await planArchive(parts)
  const contents = new ArchiveContents(plan, parts)
  const { compression, jobs = 1 } = parts.request
  async function* data(): AsyncGenerator<EntryData> {
    yield* contents.largeObjects()
    for (const { entry, table } of plan.tables.toSorted((a, b) => b.table.sizeBytes - a.table.sizeBytes)) {
      async function* content() {
        contents.add(table, yield* tableFile(table, parts, dataFileName(entry.dumpId, compression.codec)))
      }
      yield { entry, kind: 'table', content: content(), isStored: true }
    }
  }
  parts.run.onEvent({ type: 'phase', name: 'data' })
  // When one cannot be written there is no use in going on with the others.
  const failed = new AbortController()
  const signal = AbortSignal.any([parts.snapshot.signal, failed.signal])
  const folder = {
    async write(name: string, body: AsyncIterable<Uint8Array>) {
      try {
        await sink.write(name, body, { signal })
      } catch (error) {
        failed.abort(error)
        throw error
      }
    },
  }
  await writeDirectory(plan.archive, data(), folder, { ...options(parts), atOnce: filesPerJob * jobs })
  return contents.describe()
}

const options = ({ request: { compression }, text }: BackupParts) => ({
  codec: compression.codec,
  level: compression.level,
  encode: text.decode,
})

/** What turns out to be in an archive while it is written. */
class ArchiveContents {
  readonly #plan: ArchivePlan
  readonly #parts: BackupParts
  readonly #tables = new Map<TableToCopy, ContentsTable>()
  #largeObjectBytes = 0

  constructor(plan: ArchivePlan, parts: BackupParts) {
    this.#plan = plan
    this.#parts = parts
  }

  add(table: TableToCopy, contents: ContentsTable): void {
    this.#tables.set(table, contents)
  }

  /** The data of large objects, where there are any. */
  async *largeObjects(): AsyncGenerator<EntryData> {
    const { contents } = this.#plan.largeObjects
    if (contents) yield { entry: contents, kind: 'large-objects', objects: this.#objects() }
  }

  /** Tables in the order of the archive's entries, however they were read. */
  describe(): Contents {
    const { sequences, refreshed, largeObjects, tables } = this.#plan
    return describeContents(this.#parts, {
      tables: tables.flatMap(({ table }) => this.#tables.get(table) ?? []),
      sequences,
      largeObjects: {
        count: largeObjects.oids.length,
        bytes: this.#largeObjectBytes,
        roles: largeObjects.roles.list(),
      },
      refreshed,
    })
  }

  async *#objects(): AsyncGenerator<LargeObject> {
    try {
      for await (const { oid, content } of readLargeObjects(
        this.#parts.snapshot.client,
        this.#plan.largeObjects.oids,
      )) {
        yield { oid: Number(oid), content: this.#counted(content) }
      }
    } catch (error) {
      throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
    }
  }

  async *#counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      this.#largeObjectBytes += piece.byteLength
      yield piece
    }
  }
}
