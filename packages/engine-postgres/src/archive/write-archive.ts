import type { Contents, ContentsTable, ObjectSink } from '@pgark/core'
import { dataFileName, type EntryData, type LargeObject, writeCustom, writeDirectory } from '@pgark/pg-archive'
import type { BackupParts } from '../backup/backup-parts.ts'
import { describeContents } from '../backup/describe-contents.ts'
import { tableRows } from '../backup/table-rows.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'
import { type ArchivePlan, planArchive } from './archive-plan.ts'

const objectName = 'backup.dump'
/** What ends the rows of a table in an archive. */
const endOfRows = Buffer.from('\\.\n\n\n')

/** Writes a backup as one file in pg_dump's custom format. */
export async function writeCustomArchive(parts: BackupParts, sink: ObjectSink): Promise<Contents> {
  const object = parts.request.objectName ?? objectName
  const plan = await planArchive(parts)
  const written = dataOf(plan, parts, () => object)
  await sink.write(object, writeCustom(plan.archive, written.data, options(parts)), { signal: parts.snapshot.signal })
  return written.contents()
}

/** Writes a backup in pg_dump's directory format: an object for each table and each large object, and `toc.dat` last. */
export async function writeDirectoryArchive(parts: BackupParts, sink: ObjectSink): Promise<Contents> {
  const plan = await planArchive(parts)
  const { codec } = parts.request.compression
  const written = dataOf(plan, parts, (dumpId) => dataFileName(dumpId, codec))
  const folder = {
    write: (name: string, body: AsyncIterable<Uint8Array>) => sink.write(name, body, { signal: parts.snapshot.signal }),
  }
  await writeDirectory(plan.archive, written.data, folder, options(parts))
  return written.contents()
}

const options = ({ request: { compression }, text }: BackupParts) => ({
  codec: compression.codec,
  level: compression.level,
  encode: text.decode,
})

/** The data of a planned archive, in its order; what was in it is known when it has been read. */
function dataOf(plan: ArchivePlan, parts: BackupParts, objectOf: (dumpId: number) => string) {
  const tables: ContentsTable[] = []
  const digester = new LargeObjectDigester()
  async function* data(): AsyncGenerator<EntryData> {
    parts.run.onEvent({ type: 'phase', name: 'data' })
    for (const { entry, table } of plan.tables) {
      async function* content() {
        tables.push(yield* tableRows(table, parts, objectOf(entry.dumpId)))
        yield endOfRows
      }
      yield { entry, kind: 'table', content: content() }
    }
    const { contents } = plan.largeObjects
    if (contents) yield { entry: contents, kind: 'large-objects', objects: objects() }
  }
  async function* objects(): AsyncGenerator<LargeObject> {
    try {
      const contents = readLargeObjects(parts.snapshot.client, plan.largeObjects.oids)
      for await (const { oid, content } of digester.passing(contents)) yield { oid: Number(oid), content }
    } catch (error) {
      throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
    }
  }
  return {
    data: data(),
    contents(): Contents {
      const { sequences, refreshed, largeObjects } = plan
      const { count, bytes, digest } = digester
      const totals = { count, bytes, digest, roles: largeObjects.roles.list() }
      return describeContents(parts, { tables, sequences, largeObjects: totals, refreshed })
    },
  }
}
