import type { Seen } from './seen.ts'
import type { Statement } from './statement.ts'
import type { Versions } from './versions.ts'

interface OfVersion {
  /** As docs/older-servers.md calls it; in ASCII where it is refused, as it stands beside names of any encoding. */
  readonly feature: string
  /** The first major version that has it. */
  readonly since: number
  /** Text in every statement that has it: a quick look, before tokens. */
  readonly mark: RegExp
}

/** What an older server cannot have: the restore is refused before its first statement. */
export interface Refusal extends OfVersion {
  readonly kind: 'refused'
  readonly remedy: string
  isIn(statement: Statement, seen: Seen): boolean
}

/** What can be said in older words. */
export interface Rewriting extends OfVersion {
  readonly kind: 'rewritten'
  /** A pg_dump of that version says it of older servers too. */
  readonly isOfPgDump?: true
  /** Older servers are dumped in the same words, which mean what they did. */
  readonly isInOldWords?: true
  /** What the target has instead. */
  readonly lost: string
  /** What to run in place of a statement, which may be nothing; undefined: it does not have the feature. */
  rewrite(statement: Statement, seen: Seen): readonly string[] | undefined
}

export type Rule = Refusal | Rewriting

/** Whether a rule has anything to do with a dump: nothing where the target is as new as what it came from. */
export function concerns(rule: Rewriting, { source, pgDump, target }: Versions): boolean {
  if (rule.since <= target) return false
  if (source === undefined) return !rule.isInOldWords
  return rule.since <= (rule.isOfPgDump ? Math.max(source, pgDump ?? source) : source)
}

export const refused = (rule: Omit<Refusal, 'kind'>): Refusal => ({ kind: 'refused', ...rule })
export const rewritten = (rule: Omit<Rewriting, 'kind'>): Rewriting => ({ kind: 'rewritten', ...rule })

/** What a refusal advises where nothing better is known. */
export const restoreElsewhere = (since: number) =>
  `restore into PostgreSQL ${since} or newer, change it in the source, or restore the tables that do not need it (--table, --schema)`
