import { leadingText, TokenCursor } from '../tokens/token-cursor.ts'
import { alterKind } from './alter-kind.ts'
import { COMMAND_KINDS, FUNCTION_KINDS } from './command-kinds.ts'
import { takeGrantObject } from './grant-object.ts'
import { takeObjectKind, takeObjectName } from './object-phrase.ts'
import { readSetConfig, readSetting } from './setting.ts'
import type { StatementKind } from './statement-kind.ts'

export interface StatementSummary {
  readonly kind: StatementKind
  /** The leading keywords in capitals, without modifiers: `CREATE TABLE` also for an unlogged one. '' if there are none. */
  readonly command: string
  /** The first name after them, as written: `public.orders`. Never a literal. */
  readonly object?: string
  /** The parameter of SET, RESET or `set_config`, in lower case. */
  readonly setting?: string
  /** What it is set to, as plain text, if that is one simple value. */
  readonly value?: string
  /** Owner, rights or comment of a large object: it goes where large objects go, with the rows. */
  readonly isOfLargeObject?: true
}

/**
 * What a statement is, told by its leading tokens: at most 8 KiB are looked at, so that a long one costs nothing. Any
 * text has a summary, and none quotes a literal except as the `value` of a setting. Bytes are UTF-8, or what `decode` reads.
 */
export function summarize(sql: Uint8Array | string, decode: (bytes: Buffer) => string = String): StatementSummary {
  const cursor = new TokenCursor(leadingText(sql))
  const summary = summarizeTokens(cursor)
  if (typeof sql === 'string') return summary
  // Read as Latin-1; a name or value gets its characters back here.
  const { object, value } = summary
  return {
    ...summary,
    ...(object !== undefined && { object: decode(Buffer.from(object, 'latin1')) }),
    ...(value !== undefined && { value: decode(Buffer.from(value, 'latin1')) }),
  }
}

function summarizeTokens(cursor: TokenCursor): StatementSummary {
  while (cursor.takePunctuation('('));
  const first = cursor.word()
  cursor.next()
  switch (first) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return ofObject(cursor, first)
    case 'COMMENT':
    case 'SECURITY':
      return ofLabel(cursor, first)
    case 'SET':
    case 'RESET': {
      const isAuthorization = cursor.word() === 'SESSION' && cursor.word(1) === 'AUTHORIZATION'
      const command = isAuthorization ? `${first} SESSION AUTHORIZATION` : first
      return { kind: 'session', command, ...readSetting(cursor) }
    }
    case 'SELECT':
      return ofSelect(cursor)
    case 'GRANT':
    case 'REVOKE': {
      const { kind, name } = takeGrantObject(cursor)
      return { ...named('privilege', first, name), ...ofLargeObject(kind) }
    }
    default:
      return ofCommand(cursor, first)
  }
}

function ofObject(cursor: TokenCursor, first: 'CREATE' | 'ALTER' | 'DROP'): StatementSummary {
  const objectKind = takeObjectKind(cursor)
  const command = `${first} ${objectKind}`.trimEnd()
  const hasName = command !== 'ALTER SYSTEM' && command !== 'ALTER DEFAULT PRIVILEGES'
  const object = hasName ? takeObjectName(cursor, objectKind) : undefined
  if (first === 'ALTER')
    return { ...named(alterKind(cursor, objectKind), command, object), ...ofLargeObject(objectKind) }
  return named(first === 'DROP' ? 'destroy' : 'definition', command, object)
}

function ofLabel(cursor: TokenCursor, first: 'COMMENT' | 'SECURITY'): StatementSummary {
  const command = first === 'SECURITY' && cursor.take('LABEL') ? 'SECURITY LABEL' : first
  if (cursor.take('FOR')) cursor.next()
  if (!cursor.take('ON')) return { kind: 'definition', command }
  const objectKind = takeObjectKind(cursor)
  return { ...named('definition', command, takeObjectName(cursor, objectKind)), ...ofLargeObject(objectKind) }
}

function ofSelect(cursor: TokenCursor): StatementSummary {
  // As pg_dump calls what returns a row: SELECT * FROM a_function(…).
  if (cursor.peek()?.text === '*' && cursor.word(1) === 'FROM') {
    cursor.next()
    cursor.next()
  }
  const object = cursor.takeName()
  const isCall = cursor.peek()?.text === '('
  const name = object?.toLowerCase().replace(/^pg_catalog\./, '')
  const kind = (isCall && name !== undefined && FUNCTION_KINDS.get(name)) || 'query'
  return { ...named(kind, 'SELECT', object), ...(kind === 'session' && readSetConfig(cursor)) }
}

const SECOND_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['START', ['TRANSACTION']],
  ['PREPARE', ['TRANSACTION']],
  ['COMMIT', ['PREPARED']],
  ['ROLLBACK', ['PREPARED']],
  ['REFRESH', ['MATERIALIZED', 'VIEW']],
])
const NAMELESS = new Set([
  '',
  'DO',
  'WITH',
  'VALUES',
  'BEGIN',
  'START',
  'COMMIT',
  'END',
  'ROLLBACK',
  'ABORT',
  'EXPLAIN',
])

function ofCommand(cursor: TokenCursor, first: string): StatementSummary {
  const second = SECOND_WORDS.get(first) ?? []
  const command = second.length > 0 && cursor.take(...second) ? [first, ...second].join(' ') : first
  const kind = COMMAND_KINDS.get(command) ?? 'definition'
  if (NAMELESS.has(first)) return { kind, command }
  // INSERT INTO, DELETE FROM, TRUNCATE TABLE, LOCK TABLE, RELEASE SAVEPOINT
  for (const word of ['INTO', 'FROM', 'TABLE', 'SAVEPOINT']) cursor.take(word)
  return named(kind, command, takeObjectName(cursor))
}

const ofLargeObject = (objectKind: string): Pick<StatementSummary, 'isOfLargeObject'> =>
  objectKind === 'LARGE OBJECT' ? { isOfLargeObject: true } : {}

function named(kind: StatementKind, command: string, object: string | undefined): StatementSummary {
  return object === undefined ? { kind, command } : { kind, command, object }
}
