import type { TokenCursor } from '../tokens/token-cursor.ts'

/** Kinds of object that take more than one word; the longest that fits counts. */
const PHRASES = [
  ['FOREIGN', 'DATA', 'WRAPPER'],
  ['TEXT', 'SEARCH', 'CONFIGURATION'],
  ['TEXT', 'SEARCH', 'DICTIONARY'],
  ['TEXT', 'SEARCH', 'PARSER'],
  ['TEXT', 'SEARCH', 'TEMPLATE'],
  ['MATERIALIZED', 'VIEW'],
  ['FOREIGN', 'TABLE'],
  ['FOREIGN', 'SERVER'],
  ['EVENT', 'TRIGGER'],
  ['OPERATOR', 'CLASS'],
  ['OPERATOR', 'FAMILY'],
  ['ACCESS', 'METHOD'],
  ['USER', 'MAPPING'],
  ['LARGE', 'OBJECT'],
  ['DEFAULT', 'PRIVILEGES'],
] as const

/** Words between CREATE and the kind of object that say how, not what. */
const MODIFIERS = new Set([
  'OR',
  'REPLACE',
  'UNIQUE',
  'TEMP',
  'TEMPORARY',
  'LOCAL',
  'GLOBAL',
  'UNLOGGED',
  'RECURSIVE',
  'CONSTRAINT',
  'TRUSTED',
  'PROCEDURAL',
])

/** Steps over modifiers and the kind of object and returns the kind: `TABLE`, `MATERIALIZED VIEW`, … */
export function takeObjectKind(cursor: TokenCursor): string {
  // COMMENT ON CONSTRAINT means a constraint, CREATE CONSTRAINT TRIGGER a trigger.
  while (MODIFIERS.has(cursor.word()) && (cursor.word() !== 'CONSTRAINT' || cursor.word(1) === 'TRIGGER')) cursor.next()
  // CREATE DEFAULT CONVERSION
  if (cursor.word(1) === 'CONVERSION') cursor.take('DEFAULT')
  for (const phrase of PHRASES) if (cursor.take(...phrase)) return phrase.join(' ')
  const kind = cursor.word()
  if (kind !== '') cursor.next()
  return kind
}

/** Steps over what may stand between the kind of object and its name, and over the name. */
export function takeObjectName(cursor: TokenCursor, kind = ''): string | undefined {
  cursor.take('CONCURRENTLY')
  if (!cursor.take('IF', 'NOT', 'EXISTS')) cursor.take('IF', 'EXISTS')
  if (cursor.word() === 'ONLY' && cursor.peek(1)?.text !== '.') cursor.next()
  // CREATE INDEX ON …, CREATE USER MAPPING FOR …, CREATE SCHEMA AUTHORIZATION …: no name of their own.
  if (['ON', 'FOR', 'AUTHORIZATION'].includes(cursor.word())) return undefined
  return cursor.takeName(kind === 'OPERATOR')
}
