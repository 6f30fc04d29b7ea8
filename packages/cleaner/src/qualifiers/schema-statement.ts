import { nameAt, tokensOf, wordAt } from './names.ts'

const verbs = /^(create|alter|drop|comment|security|grant|revoke)\b/i

/** The schema that a statement makes, describes, protects or removes; undefined for a statement about anything else. */
export function schemaOfStatement(sql: string): string | undefined {
  if (!verbs.test(sql)) return undefined
  const tokens = tokensOf(sql)
  const first = wordAt(tokens, 0)
  const isDefault = wordAt(tokens, 1) === 'DEFAULT' && wordAt(tokens, 2) === 'PRIVILEGES'
  const at = ['CREATE', 'ALTER', 'DROP'].includes(first) && !isDefault ? 1 : keywordOf(tokens, isDefault ? 'IN' : 'ON')
  if (at === undefined || wordAt(tokens, at) !== 'SCHEMA') return undefined
  const isIf = wordAt(tokens, at + 1) === 'IF'
  return nameAt(tokens, isIf ? at + (wordAt(tokens, at + 2) === 'NOT' ? 4 : 3) : at + 1)?.name
}

/** Where SCHEMA may stand behind `ON` or `IN`. */
function keywordOf(tokens: ReturnType<typeof tokensOf>, before: 'IN' | 'ON'): number | undefined {
  const at = tokens.findIndex((_, index) => wordAt(tokens, index) === before)
  return at === -1 ? undefined : at + 1
}
