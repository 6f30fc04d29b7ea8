import type { TokenCursor } from '../../tokens/token-cursor.ts'
import { takeObjectKind, takeObjectName } from '../object-phrase.ts'
import { SHARED } from './shared.ts'
import { depthOf, isEnd, skipToComma } from './skip.ts'

/** Kinds of object of which one statement may change several things. */
const HAS_ACTIONS = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW', 'INDEX', 'TYPE'])
/** Of the whole server, or not as dumps make them. */
const NEVER = new Set(['', ...SHARED, 'SYSTEM', 'USER MAPPING', 'EXTENSION'])
/** What dumps do to an object that they have made. */
const ACTIONS = new Set(['ATTACH', 'CLUSTER', 'DEPENDS', 'ENABLE', 'FORCE', 'OWNER', 'REPLICA', 'VALIDATE'])
/** What they set; not a column's type, by which values may be lost. */
const SETTINGS = new Set(['ACCESS', 'COMPRESSION', 'DEFAULT', 'NOT', 'STATISTICS', 'STORAGE', 'WITHOUT'])

/** Whether all that follows ALTER is what dumps say of objects. */
export function isAlterForm(cursor: TokenCursor): boolean {
  const kind = takeObjectKind(cursor)
  if (kind === 'DEFAULT PRIVILEGES') return true
  if (NEVER.has(kind)) return false
  if (kind === 'SUBSCRIPTION') return cursor.takeName() !== undefined && cursor.word() === 'OWNER'
  if (kind === 'LARGE OBJECT') cursor.next()
  else takeObjectName(cursor, kind)
  // Arguments of a function; the access method of an operator class; the table of a trigger; a table with its children.
  skipParentheses(cursor)
  if (cursor.take('USING') || cursor.take('ON')) cursor.takeName()
  if (cursor.peek()?.text === '*') cursor.next()
  do {
    if (!isAction(cursor, kind)) return false
    skipToComma(cursor)
  } while (HAS_ACTIONS.has(kind) && cursor.takePunctuation(','))
  return true
}

function isAction(cursor: TokenCursor, kind: string): boolean {
  const isOfColumn = cursor.take('ALTER')
  if (isOfColumn) {
    cursor.take('COLUMN')
    // Its name, or its number in an index.
    cursor.next()
  }
  const isSetting = cursor.take('SET')
  if (isSetting) return SETTINGS.has(cursor.word()) || (isOfColumn && cursor.peek()?.text === '(')
  switch (cursor.word()) {
    case 'ADD':
      // A column may have a default that is computed for every row.
      return !kind.endsWith('TABLE') || cursor.word(1) === (isOfColumn ? 'GENERATED' : 'CONSTRAINT')
    case 'DISABLE':
      return kind === 'EVENT TRIGGER' || ['TRIGGER', 'RULE'].includes(cursor.word(1))
    case 'OPTIONS':
      return isOfColumn
    case 'OWNED':
      return cursor.take('OWNED', 'BY') && cursor.takeName() !== undefined && isEnd(cursor)
    default:
      return ACTIONS.has(cursor.word())
  }
}

function skipParentheses(cursor: TokenCursor): void {
  if (cursor.peek()?.text !== '(') return
  let depth = 0
  do depth += depthOf(cursor)
  while (cursor.next() && depth > 0)
}
