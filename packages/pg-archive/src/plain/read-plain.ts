import {
  type CopyData,
  copyEndpoint,
  readScript,
  type ScriptItem,
  type StatementSummary,
  summarize,
} from '@pgark/pg-sql'
import { ArchiveError } from '../archive-error.ts'
import { peek } from '../compression/peek.ts'
import { textIn } from '../text/text-in.ts'
import { completionMarkers } from './markers.ts'
import { sqlCommands } from './sql-commands.ts'

/** A statement of a plain dump, or a COPY block with its rows. */
export interface PlainItem {
  readonly sql: Uint8Array
  readonly summary: StatementSummary
  /** Of the statement's first character, from 1. */
  readonly line: number
  /** Made of an archive, whose entries a program has written; anybody may have written a script. */
  readonly isOfArchive: boolean
  /** Where it stands, for the beginning of a sentence: `Line 12`; for a script made of an archive `In TABLE public.orders`. */
  place(row?: number): string
  /** The rows of a COPY block, to be read before the next item is asked for; undefined for every other statement. */
  readonly copy: CopyData | undefined
}

export interface ReadPlainOptions {
  /** The script was made of an archive: its lines are nobody's, places are told by entry. Default false. */
  readonly ofArchive?: boolean
  /** What names are in until the script sets another `client_encoding`, by PostgreSQL's name. Default `UTF8`. */
  readonly encoding?: string
}

/** pg_dump's own guard around plain dumps; what it guards against is refused here anyway. */
const guardCommands = /^\\(un)?restrict\s+(\S*)/
/** By which pg_dump introduces an object. */
const entryTitle = /^-- Name: (.*); Type: (.*?); Schema: (.*?); Owner: /s
const largeObjectCall = /^\s*(SELECT\s+(pg_catalog\.)?(lo_\w+|lowrite)\s*\(|ALTER\s+LARGE\s+OBJECT\b)/i
/** What `pg_dump --create` and pg_dumpall say of databases and of the whole server: a restore touches its target alone. */
const beyondDatabase = /^((CREATE|ALTER|DROP) (DATABASE|TABLESPACE)|ALTER SYSTEM)$/
const customMagic = Buffer.from('PGDMP')
/** What is looked at of a statement to recognise a call; its arguments are data. */
const headBytes = 80

/**
 * Reads a plain dump, of pgark or of pg_dump, as a stream in bounded memory.
 *
 * Refused: an archive of another format (`REFUSED.FORMAT`); and, with the line: statements about databases, tablespaces or the whole server (`REFUSED.CREATE_DATABASE`); psql's commands except `\restrict` and `\unrestrict` (`REFUSED.META_COMMAND`); COPY from or to files and
 * programs (`REFUSED.COPY_FILE`); transaction statements other than the pair that pg_dump writes around large objects, which is
 * yielded (`REFUSED.TRANSACTION`). What begins like no statement of PostgreSQL's throws `ARCHIVE.NOT_SQL`. A script that ends
 * without its completion marker, or within its guard, throws `ARCHIVE.INCOMPLETE`, one that goes on after it `ARCHIVE.TRAILING`;
 * both only come at the end, so nothing may be committed before the iteration ended.
 */
export async function* readPlainDump(
  source: AsyncIterable<Uint8Array>,
  { ofArchive = false, encoding: first = 'UTF8' }: ReadPlainOptions = {},
): AsyncGenerator<PlainItem> {
  let encoding = first
  const decode = (bytes: Uint8Array) => textIn(encoding, bytes)
  let isComplete = false
  /** The word that ends the guard, as long as it has not come. */
  let guard: string | undefined
  let inLargeObjects = false
  let entry: string | undefined
  let begin: PlainItem | undefined
  for await (const item of readScript(await plainText(source), { decode })) {
    if (item.type === 'comment') {
      isComplete ||= completionMarkers.has(item.text.trimEnd())
      const [, name, kind, schema] = (ofArchive && entryTitle.exec(item.text)) || []
      if (name !== undefined) entry = `${kind} ${schema === '-' ? '' : `${schema}.`}${name}`
      continue
    }
    if (item.type === 'meta') {
      const [, isEnd, word] = guardCommands.exec(`${item.text} `) ?? []
      if (word === undefined) throw metaCommand(item)
      if (!isEnd) guard = word
      else if (word === guard) guard = undefined
      continue
    }
    if (isComplete) {
      throw new ArchiveError('ARCHIVE.TRAILING', `Line ${item.line}: statements follow the end of the dump.`, {
        hint: 'two dumps in one file cannot be restored as one; split the file',
      })
    }
    const plain = { ...plainItem(item, entry, decode), isOfArchive: ofArchive }
    if (plain.summary.setting === 'client_encoding') encoding = plain.summary.value ?? first
    if (plain.summary.kind === 'transaction') {
      if (plain.summary.command === 'BEGIN' && !inLargeObjects && !begin) {
        begin = plain
      } else if (plain.summary.command === 'COMMIT' && inLargeObjects) {
        inLargeObjects = false
        yield plain
      } else {
        throw transactionStatement(plain)
      }
      continue
    }
    if (begin) {
      if (!isLargeObjectCall(plain)) throw transactionStatement(begin)
      yield begin
      begin = undefined
      inLargeObjects = true
    } else if (inLargeObjects && !isLargeObjectCall(plain)) {
      throw transactionStatement(plain)
    }
    yield plain
  }
  if (!isComplete || guard !== undefined || begin || inLargeObjects) {
    throw new ArchiveError(
      'ARCHIVE.INCOMPLETE',
      isComplete && guard !== undefined
        ? 'The dump ends without the \\unrestrict that its \\restrict asks for: it was cut or changed.'
        : 'The dump ends without its completion marker: it was cut, or is not a dump.',
      {
        hint: 'use a complete copy; a script that is not a dump is for psql',
      },
    )
  }
}

/** A custom archive begins with a magic word; read as SQL it would only be called nonsense. */
async function plainText(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const { start, body } = await peek(source, customMagic.length)
  if (!customMagic.equals(start.subarray(0, customMagic.length))) return body
  await body.return()
  throw new ArchiveError('REFUSED.FORMAT', "This is an archive in pg_dump's custom format, not a plain dump.", {
    hint: 'open it with openCustom(), whose archiveScript() is a plain dump',
  })
}

function plainItem(
  item: Extract<ScriptItem, { sql: Uint8Array }>,
  entry: string | undefined,
  decode: (bytes: Uint8Array) => string,
): Omit<PlainItem, 'isOfArchive'> {
  const summary = summarize(item.sql, decode)
  const place = placeOf(item.line, entry)
  const [firstWord = ''] = summary.command.split(' ', 1)
  if (!sqlCommands.has(firstWord)) {
    throw new ArchiveError('ARCHIVE.NOT_SQL', `${place()}: what stands there is no SQL statement.`, {
      hint: 'is it a plain dump of PostgreSQL? If so it was damaged: use another copy',
      meta: { line: item.line },
    })
  }
  if (beyondDatabase.test(summary.command)) {
    throw new ArchiveError('REFUSED.CREATE_DATABASE', `${place()}: ${summary.command} is refused.`, {
      hint: 'dump without --create, and let the restore make the database (--create-database); what is of the whole server is for psql',
      meta: { line: item.line },
    })
  }
  if (summary.command === 'COPY') {
    const endpoint = copyEndpoint(item.sql)
    if (endpoint !== 'stdin') {
      throw new ArchiveError('REFUSED.COPY_FILE', `${place()}: COPY with a ${endpoint} is refused.`, {
        hint: 'only COPY … FROM stdin belongs into a dump; look at where the file comes from',
      })
    }
  }
  return {
    sql: item.sql,
    summary,
    line: item.line,
    place,
    copy: item.type === 'copy' ? item.data : undefined,
  }
}

function placeOf(line: number, entry: string | undefined): PlainItem['place'] {
  if (entry === undefined) return (row = 0) => `Line ${line + row}`
  return (row = 0) => (row === 0 ? `In ${entry}` : `In row ${row} of ${entry}`)
}

/** Whether a statement makes a large object, fills it, or says something of it. */
export const isOfLargeObject = (item: PlainItem): boolean =>
  item.summary.isOfLargeObject === true || isLargeObjectCall(item)

const isLargeObjectCall = ({ sql }: PlainItem) =>
  largeObjectCall.test(Buffer.from(sql.subarray(0, headBytes)).toString('latin1'))

function metaCommand({ text, line }: { text: string; line: number }): ArchiveError {
  const command = text.replace(/\s.*$/s, '')
  const hint =
    command === '\\connect' || command === '\\c'
      ? 'a dump made with --create or by pg_dumpall changes databases; restore it with psql, or dump without --create'
      : 'psql runs programs with such commands; look at where the file comes from'
  return new ArchiveError('REFUSED.META_COMMAND', `Line ${line}: the psql command ${command} is refused.`, {
    hint,
    meta: { line },
  })
}

function transactionStatement({ place, summary }: PlainItem): ArchiveError {
  return new ArchiveError(
    'REFUSED.TRANSACTION',
    `${place()}: ${summary.command} is refused, the restore has a transaction of its own.`,
    {
      hint: 'remove the transaction statements from the script, or restore it with psql',
    },
  )
}
