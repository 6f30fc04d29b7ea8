import { setsUpSession } from '../entries/restored-part.ts'
import type { EntryData, LargeObjectData } from '../reading/entry-data.ts'
import type { TocEntry } from '../toc/model.ts'
import { checkDefinition } from './check-definition.ts'
import { entryComment, entrySql, type PlainSettings } from './entry-sql.ts'
import { sessionSettings } from './session-settings.ts'

/** Bytes of a large object in one statement. */
const pieceBytes = 128 * 1024
const timeoutsOff = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'].map(
  (name) => `SET ${name} = 0`,
)

/** What a script of some entries of an archive begins with, and every session that runs a part of it. */
export function* sessionScript(entries: readonly TocEntry[]): Generator<Uint8Array> {
  yield Buffer.from([...timeoutsOff, ...sessionSettings].map((statement) => `${statement};\n`).join(''))
  for (const entry of entries.filter(setsUpSession)) yield bytesOf(entry.definition ?? '')
  yield Buffer.from('\n')
}

/**
 * What an entry without data says in a script. `settings` are those of the session that runs it.
 *
 * @throws {ArchiveError} `UNSAFE.DEFINITION` where psql would take a part of it for a command of its own.
 */
export function definitionScript(entry: TocEntry, settings: PlainSettings, owners = true): Uint8Array {
  const sql = settings.before(entry) + entrySql(entry, { owners })
  checkDefinition(sql, [entry.description, entry.schema, entry.tag].filter(Boolean).join(' '))
  return bytesOf(sql)
}

/** The data of an entry in a script: COPY with its rows, INSERTs as they are stored, large objects by `lo_put`. */
export async function* dataScript(item: EntryData, owners = true): AsyncGenerator<Uint8Array> {
  yield bytesOf(entryComment(item.entry, owners))
  if (item.kind === 'large-objects') {
    yield* largeObjects(item)
    return
  }
  // Without it the data are INSERT statements.
  if (item.entry.copyStatement) yield bytesOf(item.entry.copyStatement)
  yield* item.content
  yield Buffer.from('\n')
}

async function* largeObjects({ objects }: LargeObjectData): AsyncGenerator<Uint8Array> {
  for await (const { oid, content } of objects) {
    let offset = 0
    for await (const part of content) {
      for (let at = 0; at < part.byteLength; at += pieceBytes) {
        const piece = Buffer.from(part.subarray(at, at + pieceBytes))
        yield Buffer.from(`SELECT pg_catalog.lo_put('${oid}', ${offset}, '\\x${piece.toString('hex')}');\n`)
        offset += piece.length
      }
    }
  }
  yield Buffer.from('\n')
}

const bytesOf = (text: string) => Buffer.from(text, 'latin1')
