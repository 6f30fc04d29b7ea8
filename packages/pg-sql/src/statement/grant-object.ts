import type { TokenCursor } from '../tokens/token-cursor.ts'
import { takeObjectKind } from './object-phrase.ts'

export interface GrantObject {
  /** Empty where the statement does not tell: a table, or a role. */
  readonly kind: string
  readonly name: string | undefined
}

/** What follows GRANT or REVOKE: the object of the privileges, or else the first role that is granted. */
export function takeGrantObject(cursor: TokenCursor): GrantObject {
  const role =
    cursor.peek()?.type === 'word' || cursor.peek()?.type === 'quoted-identifier' ? cursor.peek()?.text : undefined
  let depth = 0
  for (;;) {
    const token = cursor.peek()
    if (token === undefined) return { kind: '', name: role }
    if (depth === 0) {
      const word = cursor.word()
      if (word === 'TO' || word === 'FROM') return { kind: '', name: role }
      if (word === 'ON') break
    }
    if (token.type === 'punctuation') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0
    cursor.next()
  }
  cursor.next()
  if (cursor.word() === 'ALL' && cursor.word(2) === 'IN' && cursor.word(3) === 'SCHEMA') {
    for (let words = 0; words < 4; words++) cursor.next()
    return { kind: 'SCHEMA', name: cursor.takeName() }
  }
  const behind = cursor.peek(1)
  const isKind = behind?.type === 'quoted-identifier' || !['', 'TO', 'FROM'].includes(cursor.word(1))
  // The number of a large object is no name.
  const kind = isKind || cursor.word() === 'LARGE' ? takeObjectKind(cursor) : ''
  return { kind, name: cursor.takeName() }
}
