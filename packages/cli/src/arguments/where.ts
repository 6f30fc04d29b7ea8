import type { Problem } from '@pgark/core'

/** A filter from the command line, `table: condition`. */
export interface Where {
  readonly table: string
  readonly condition: string
}

/** The first colon outside of double quotes ends the table's name, unless it is part of a cast. Undefined where there is none. */
export function whereOf(text: string): Where | undefined {
  const [, table = '', condition = ''] = /^((?:[^":]|"[^"]*")*):(?!:)(.*)$/s.exec(text) ?? []
  return table.trim() && condition.trim() ? { table: table.trim(), condition: condition.trim() } : undefined
}

/** What is wrong with the values of `--where`. */
export function* whereProblems(texts: readonly string[] = []): Iterable<Problem> {
  const seen = new Set<string>()
  for (const text of texts) {
    const where = whereOf(text)
    if (!where) {
      yield {
        message: `Expected --where 'table: condition', got ${text}.`,
        hint: "for example --where 'orders: total > 100'",
      }
    } else if (seen.has(where.table)) {
      yield { message: `--where ${where.table} is given twice.`, hint: 'join both conditions with AND, or with OR' }
    }
    if (where) seen.add(where.table)
  }
}
