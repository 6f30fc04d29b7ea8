import { TokenCursor, wholeText } from '../../tokens/token-cursor.ts'
import { FUNCTION_KINDS } from '../command-kinds.ts'
import { takeObjectKind } from '../object-phrase.ts'
import { isAlterForm } from './alter-form.ts'
import { isSetConfigForm, isSettingForm } from './setting-form.ts'
import { SHARED } from './shared.ts'
import { endsWith, isEnd, skipTo } from './skip.ts'
import { takeLiterals } from './take-literals.ts'

/** All that begins with these is of a dump, whatever follows. */
const COMMANDS = new Set(['BEGIN', 'COMMIT', 'REFRESH'])
/** What dumps do not make, as it is of the whole server. */
const NEVER = new Set<string>(['', ...SHARED, 'SYSTEM'])
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
    case 'COMMENT':
    case 'SECURITY':
      return isOnObject(cursor)
    case 'COPY':
      return !skipTo(cursor, 'WHERE')
    case 'SET':
    case 'RESET':
      return isSettingForm(cursor)
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
  switch (kind) {
    case 'TABLE':
      // Its query can write, too.
      return !skipTo(cursor, 'AS')
    case 'MATERIALIZED VIEW':
      return endsWith(cursor, 'WITH', 'NO', 'DATA')
    case 'SUBSCRIPTION':
      // Connected, it would apply at once what its publisher says.
      return skipTo(cursor, 'WITH') && cursor.word(2) === 'CONNECT' && cursor.word(4) === 'FALSE'
    default:
      return !NEVER.has(kind)
  }
}

/** Rights on objects of the database and what is said of them; not the membership in a role. */
function isOnObject(cursor: TokenCursor): boolean {
  return skipTo(cursor, 'ON') && !SHARED.some((kind) => kind === cursor.word(1))
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
  const kind = FUNCTION_KINDS.get(name?.replace(/^pg_catalog\./, '') ?? '')
  if (name !== undefined && (kind === undefined || kind === 'destroy')) return false
  if (kind === 'session' && !isSetConfigForm(cursor)) return false
  takeLiterals(cursor)
  return isEnd(cursor)
}
