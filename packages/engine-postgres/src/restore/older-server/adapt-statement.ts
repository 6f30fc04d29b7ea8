import { concerns, type Refusal, type Rewriting } from './rule.ts'
import { rules } from './rules.ts'
import type { Seen } from './seen.ts'
import { statementOf } from './statement.ts'
import type { Versions } from './versions.ts'

const refusals = rules.filter((rule) => rule.kind === 'refused')
const rewritings = rules.filter((rule) => rule.kind === 'rewritten')

export interface AdaptedStatement {
  readonly statements: readonly string[]
  readonly by: readonly Rewriting[]
}

/** A statement in words of the target; undefined where it is as it should be. */
export function adaptStatement(sql: string, versions: Versions, seen: Seen): AdaptedStatement | undefined {
  let statements: readonly string[] = [sql]
  const by: Rewriting[] = []
  for (const rule of rewritings) {
    if (!concerns(rule, versions)) continue
    statements = statements.flatMap((each) => {
      const written = rule.mark.test(each) ? rule.rewrite(statementOf(each), seen) : undefined
      if (written) by.push(rule)
      return written ?? [each]
    })
  }
  return by.length > 0 ? { statements, by } : undefined
}

/** What a statement has that older servers cannot have. */
export function refusedIn(sql: string, seen: Seen): Refusal[] {
  return refusals.filter((rule) => rule.mark.test(sql) && rule.isIn(statementOf(sql), seen))
}
