import type { TokenCursor } from '../../tokens/token-cursor.ts'
import { takeObjectKind, takeObjectName } from '../object-phrase.ts'

/** Kinds of object of which one statement may change several things. */
const HAS_ACTIONS = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW', 'INDEX', 'TYPE'])
/** Roles are of the whole server, and the rights that they have. */
const NEVER = new Set(['ROLE', 'USER', 'GROUP', 'USER MAPPING', 'EXTENSION'])
/** What dumps do to an object that they have made. */
const ACTIONS = new Set([
  ...['ADD', 'ATTACH', 'CLUSTER', 'DEPENDS', 'DISABLE', 'ENABLE', 'FORCE', 'INHERIT'],
  ...['OPTIONS', 'OWNED', 'OWNER', 'REPLICA', 'VALIDATE'],
])
/** What they set; not a column's type, by which values may be lost. */
const SETTINGS = new Set(['ACCESS', 'COMPRESSION', 'DEFAULT', 'NOT', 'STATISTICS', 'STORAGE', 'WITHOUT'])

/** Whether all that follows ALTER is what dumps say of objects. */
export function isAlterForm(cursor: TokenCursor): boolean {
  const kind = takeObjectKind(cursor)
  if (kind === 'DEFAULT PRIVILEGES') return true
  if (NEVER.has(kind)) return false
  if (kind === 'LARGE OBJECT') cursor.next()
  else takeObjectName(cursor, kind)
  // Arguments of a function; the access method of an operator class; the table of a trigger; a table with its children.
  skipParentheses(cursor)
  if (cursor.take('USING') || cursor.take('ON')) cursor.takeName()
  if (cursor.peek()?.text === '*') cursor.next()
  do {
    if (!isAction(cursor)) return false
    skipToComma(cursor)
  } while (HAS_ACTIONS.has(kind) && cursor.takePunctuation(','))
  return true
}

function isAction(cursor: TokenCursor): boolean {
  if (cursor.take('ALTER')) {
    cursor.take('COLUMN')
    // Its name, or its number in an index.
    cursor.next()
  }
  if (!cursor.take('SET')) return ACTIONS.has(cursor.word())
  return SETTINGS.has(cursor.word()) || cursor.peek()?.text === '('
}

function skipParentheses(cursor: TokenCursor): void {
  if (cursor.peek()?.text !== '(') return
  let depth = 0
  do depth += depthOf(cursor)
  while (cursor.next() && depth > 0)
}

function skipToComma(cursor: TokenCursor): void {
  for (let depth = 0; ; cursor.next()) {
    const token = cursor.peek()
    if (token === undefined || (depth === 0 && token.text === ',')) return
    depth += depthOf(cursor)
  }
}

function depthOf(cursor: TokenCursor): number {
  const token = cursor.peek()
  if (token?.type !== 'punctuation') return 0
  return token.text === '(' ? 1 : token.text === ')' ? -1 : 0
}
