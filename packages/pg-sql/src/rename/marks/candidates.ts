import type { Token } from '../../tokens/token.ts'
import { tokenize } from '../../tokens/tokenize.ts'
import { isTooLong, type Mentions } from './mentions.ts'
import { writtenName } from './written-name.ts'

/** The tokens of SQL, without comments, and which of them may be names, or hold names, that have to change. */
export function candidatesOf(sql: string, words: ReadonlySet<string>, mentions: Mentions) {
  const tokens = [...tokenize(sql)].filter(({ type }) => type !== 'comment')
  return { tokens, candidates: tokens.filter((token) => isCandidate(token, words, mentions)) }
}

function isCandidate(token: Token, words: ReadonlySet<string>, mentions: Mentions): boolean {
  if (token.type === 'string') return !/^[bx]/i.test(token.text) && mentions.mayBeIn(token.text)
  if (token.type !== 'word' && token.type !== 'quoted-identifier') return false
  const name = writtenName(token)
  return name === undefined || words.has(name) || isTooLong(name)
}
