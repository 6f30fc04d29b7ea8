import type { Contents, ContentsTable, ObjectSink } from '@pgark/core'
import {
  type DataFile,
  dataFileName,
  type EntryData,
  type FolderSink,
  type LargeObject,
  writeCustom,
  writeDataFiles,
  writeDirectory,
} from '@pgark/pg-archive'
import type { BackupParts, BackupSource, Definitions } from '../backup/backup-parts.ts'
import { describeContents } from '../backup/describe-contents.ts'
import type { TableToCopy } from '../backup/describe-tables.ts'
import { tableRows } from '../backup/table-rows.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'
import { type ArchivePlan, dumpIdsOf, planArchive } from './archive-plan.ts'
import { endOfRows } from './end-of-rows.ts'
import { tableFile } from './table-file.ts'

const objectName = 'backup.dump'
/** Files being written at once, for each job: small ones spend most of their time waiting for the disk. */
const filesPerJob = 4

/** Writes a backup as one file in pg_dump's custom format. */
export async function writeCustomArchive(
  source: BackupSource,
  definitions: Promise<Definitions>,
  sink: ObjectSink,
): Promise<Contents> {
  const parts = { ...source, ...(await definitions) }
  const object = parts.request.objectName ?? objectName
  const plan = await planArchive(parts)
  const contents = new ArchiveContents()
  async function* data(): AsyncGenerator<EntryData> {
    for (const { entry, table } of plan.tables) {
      async function* content() {
        contents.add(table, yield* tableRows(table, parts, object))
        yield endOfRows
      }
      yield { entry, kind: 'table', content: content() }
    }
    yield* contents.largeObjects(plan, parts)
  }
  parts.run.onEvent({ type: 'phase', name: 'data' })
  await sink.write(object, writeCustom(plan.archive, data(), options(parts)), { signal: parts.snapshot.signal })
  return contents.describe(plan, parts)
}

/**
 * Writes a backup in pg_dump's directory format: an object for each table and each large object, several at once, the largest tables
 * first, and `toc.dat` last. Rows do not wait for definitions: pg_dump takes its time, of which the server's and ours are free.
 */
export async function writeDirectoryArchive(
  source: BackupSource,
  definitions: Promise<Definitions>,
  sink: ObjectSink,
): Promise<Contents> {
  const { request, snapshot, tables, run } = source
  const { codec } = request.compression
  const atOnce = filesPerJob * (request.jobs ?? 1)
  const contents = new ArchiveContents()
  // When one cannot be written, or defined, there is no use in going on with the others.
  const failed = new AbortController()
  const signal = AbortSignal.any([snapshot.signal, failed.signal])
  const stopping = (error: unknown) => {
    failed.abort(error)
    throw error
  }
  const folder: FolderSink = { write: (name, body) => sink.write(name, body, { signal }).catch(stopping) }

  const dumpIds = dumpIdsOf(tables)
  async function* files(): AsyncGenerator<DataFile> {
    for (const [table, dumpId] of [...dumpIds].toSorted(([a], [b]) => b.sizeBytes - a.sizeBytes)) {
      async function* content() {
        contents.add(table, yield* tableFile(table, source, dataFileName(dumpId, codec)))
      }
      yield { dumpId, content: content() }
    }
  }
  run.onEvent({ type: 'phase', name: 'data' })
  const rows = writeDataFiles(files(), folder, { codec, atOnce })
  // Told where all of them are waited for.
  rows.catch(() => {})
  try {
    // Rows that cannot be written end the wait.
    const defined = await Promise.race([definitions, rows.then(() => definitions)])
    const parts = { ...source, ...defined }
    const plan = await planArchive(parts)
    async function* data(): AsyncGenerator<EntryData> {
      yield* contents.largeObjects(plan, parts)
      await rows
    }
    const written = new Set(dumpIds.values())
    await writeDirectory(plan.archive, data(), folder, { ...options(parts), atOnce, written })
    return contents.describe(plan, parts)
  } catch (error) {
    failed.abort(error)
    throw error
  } finally {
    await rows.catch(() => {})
  }
}

const options = ({ request: { compression }, text }: BackupParts) => ({
  codec: compression.codec,
  level: compression.level,
  encode: text.decode,
})

/** What turns out to be in an archive while it is written. */
class ArchiveContents {
  readonly #tables = new Map<TableToCopy, ContentsTable>()
  readonly #digester = new LargeObjectDigester()

  add(table: TableToCopy, contents: ContentsTable): void {
    this.#tables.set(table, contents)
  }

  /** The data of large objects, where there are any. */
  async *largeObjects({ largeObjects }: ArchivePlan, { snapshot }: BackupParts): AsyncGenerator<EntryData> {
    const { contents, oids } = largeObjects
    if (contents) yield { entry: contents, kind: 'large-objects', objects: this.#objects(snapshot, oids) }
  }

  /** Tables in the order of the archive's entries, however they were read. */
  describe({ sequences, refreshed, largeObjects, tables }: ArchivePlan, parts: BackupParts): Contents {
    return describeContents(parts, {
      tables: tables.map(({ table }) => this.#written(table)),
      sequences,
      largeObjects: {
        count: largeObjects.oids.length,
        bytes: this.#digester.bytes,
        digest: this.#digester.digest,
        roles: largeObjects.roles.list(),
      },
      refreshed,
    })
  }

  /** A table whose rows nobody wrote must not go missing from the contents as well. */
  #written(table: TableToCopy): ContentsTable {
    const contents = this.#tables.get(table)
    if (contents) return contents
    throw new RangeError(`The rows of ${table.relation.schema}.${table.relation.name} were not written.`)
  }

  async *#objects({ client }: HeldSnapshot, oids: readonly string[]): AsyncGenerator<LargeObject> {
    try {
      const contents = readLargeObjects(client, oids)
      for await (const { oid, content } of this.#digester.passing(contents)) yield { oid: Number(oid), content }
    } catch (error) {
      throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
    }
  }
}
