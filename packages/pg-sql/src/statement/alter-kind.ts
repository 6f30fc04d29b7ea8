import type { TokenCursor } from '../tokens/token-cursor.ts'
import type { StatementKind } from './statement-kind.ts'

const HAS_ACTIONS = new Set(['TABLE', 'FOREIGN TABLE', 'TYPE', 'DOMAIN'])
/** `DROP …` of a domain or type takes away no object with these. */
const DROPS_NO_OBJECT = new Set(['DEFAULT', 'NOT', 'IDENTITY', 'EXPRESSION'])

/** What an ALTER statement is, by what follows the name of its object. */
export function alterKind(cursor: TokenCursor, objectKind: string): StatementKind {
  if (objectKind === 'DATABASE' || objectKind === 'SYSTEM') return 'destroy'
  if (objectKind === 'DEFAULT PRIVILEGES') return 'privilege'
  let depth = 0
  let beginsAction = true
  for (;;) {
    const token = cursor.peek()
    if (token === undefined || token.text === ';') return 'definition'
    if (depth === 0) {
      const word = cursor.word()
      // RENAME owner TO … is about a column of that name.
      if (word === 'RENAME') return 'definition'
      if (word === 'OWNER' && cursor.word(1) === 'TO' && endsAfterRole(cursor)) return 'owner'
      const isDrop = word === 'DROP' && beginsAction && HAS_ACTIONS.has(objectKind)
      if (isDrop && !DROPS_NO_OBJECT.has(cursor.word(1))) return 'destroy'
    }
    if (token.type === 'punctuation') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0
    beginsAction = depth === 0 && token.text === ','
    cursor.next()
  }
}

/** Whether OWNER TO is the statement's last action: what an owner-less restore leaves out must be nothing else. */
function endsAfterRole(cursor: TokenCursor): boolean {
  const behind = cursor.peek(3)
  return cursor.peek(2) !== undefined && (behind === undefined || behind.text === ';')
}
