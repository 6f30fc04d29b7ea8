import { TokenCursor, wholeText } from '../../tokens/token-cursor.ts'
import { FUNCTION_KINDS } from '../command-kinds.ts'
import { takeObjectKind } from '../object-phrase.ts'
import { isAlterForm } from './alter-form.ts'
import { takeLiterals } from './take-literals.ts'

/** All that begins with these is of a dump, whatever follows. */
const COMMANDS = new Set(['SET', 'RESET', 'BEGIN', 'COMMIT', 'COMMENT', 'SECURITY', 'COPY', 'REFRESH'])
const ROLES = new Set(['ROLE', 'USER', 'GROUP'])
/** Of the whole server, not of one database. */
const SHARED = new Set(['DATABASE', 'TABLESPACE', 'PARAMETER'])
/** pg_dump says again what it made before: views that need each other, and languages as old versions wrote them. */
const REPLACED = new Set(['VIEW', 'LANGUAGE'])
/** By which pgark turns off a timeout that only some versions have, and waits for the disk at the end. */
const OF_PGARK =
  /^SELECT pg_catalog\.(txid_current\(\)|set_config\(name, '0', false\) FROM pg_catalog\.pg_settings WHERE name = '\w+');?$/

/**
 * Whether a statement has a form that pg_dump or pgark writes to make a database: definitions, rights, rows and values of sequences
 * that are literals, large objects. All else may do anything: `UPDATE`, a function of the user's, `CREATE TABLE … AS`, what drops.
 * It says nothing of the objects that are meant, nor of what triggers and defaults do.
 */
export function isDumpForm(sql: Uint8Array | string): boolean {
  const text = wholeText(sql)
  const cursor = new TokenCursor(text)
  const first = cursor.word()
  cursor.next()
  switch (first) {
    case 'CREATE':
      return isCreateForm(cursor)
    case 'ALTER':
      return isAlterForm(cursor)
    case 'GRANT':
    case 'REVOKE':
      return isGrantForm(cursor)
    case 'INSERT':
      return isInsertForm(cursor)
    case 'SELECT':
      return isCallForm(cursor) || OF_PGARK.test(text)
    default:
      return COMMANDS.has(first)
  }
}

function isCreateForm(cursor: TokenCursor): boolean {
  const isReplacing = cursor.word() === 'OR'
  const kind = takeObjectKind(cursor)
  if (isReplacing) return REPLACED.has(kind)
  // Its query can write, too.
  return kind === 'TABLE' ? !skipTo(cursor, 'AS') : !ROLES.has(kind)
}

/** Rights on objects of the database; not the membership in a role. */
function isGrantForm(cursor: TokenCursor): boolean {
  return skipTo(cursor, 'ON') && !SHARED.has(cursor.word(1))
}

function isInsertForm(cursor: TokenCursor): boolean {
  if (!cursor.take('INTO') || cursor.takeName() === undefined) return false
  if (cursor.takePunctuation('(')) {
    do cursor.takeName()
    while (cursor.takePunctuation(','))
    if (!cursor.takePunctuation(')')) return false
  }
  if (!cursor.take('OVERRIDING', 'SYSTEM', 'VALUE')) cursor.take('OVERRIDING', 'USER', 'VALUE')
  if (!cursor.take('DEFAULT', 'VALUES')) {
    if (!cursor.take('VALUES')) return false
    takeLiterals(cursor)
  }
  cursor.take('ON', 'CONFLICT', 'DO', 'NOTHING')
  return isEnd(cursor)
}

/** A call of a function that dumps call, as `SELECT f(…)` or `SELECT * FROM f(…)`; or nothing but values. */
function isCallForm(cursor: TokenCursor): boolean {
  if (cursor.peek()?.text === '*' && cursor.word(1) === 'FROM') {
    cursor.next()
    cursor.next()
  }
  const isValue = !['word', 'quoted-identifier'].includes(cursor.peek()?.type ?? '')
  const name = isValue ? undefined : cursor.takeName()?.toLowerCase()
  if (name !== undefined && !FUNCTION_KINDS.has(name.replace(/^pg_catalog\./, ''))) return false
  takeLiterals(cursor)
  return isEnd(cursor)
}

/** Steps to a word outside parentheses; false when there is none. */
function skipTo(cursor: TokenCursor, word: string): boolean {
  let depth = 0
  for (;;) {
    const token = cursor.peek()
    if (token === undefined) return false
    if (token.type === 'punctuation') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0
    else if (depth === 0 && cursor.word() === word) return true
    cursor.next()
  }
}

function isEnd(cursor: TokenCursor): boolean {
  cursor.takePunctuation(';')
  return cursor.peek() === undefined
}
