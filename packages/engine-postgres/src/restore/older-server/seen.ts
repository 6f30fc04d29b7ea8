import { closing, nameAt, placeOf, type Statement, says, statementOf } from './statement.ts'

const mark =
  /^\s*(CREATE (UNLOGGED |FOREIGN )?TABLE|CREATE DOMAIN|CREATE STATISTICS|CREATE TYPE .* AS RANGE|ALTER (TABLE|DOMAIN) [^;]*ADD CONSTRAINT)\b/s

/** What the statements of a dump say that others of them must be understood by. Names without quotes. */
export class Seen {
  readonly partitioned = new Set<string>()
  readonly multiranges = new Set<string>()
  /** Statistics of expressions. */
  readonly statistics = new Set<string>()
  /** Tables and domains, each with the names of its constraints that are more than NOT NULL. */
  readonly constraints = new Map<string, Set<string>>()

  look(sql: string): void {
    if (!mark.test(sql)) return
    const statement = statementOf(sql)
    const { tokens } = statement
    const at = tokens.findIndex(({ text }) => /^(TABLE|DOMAIN|STATISTICS|TYPE)$/.test(text))
    const { name, next } = nameAt(tokens, says(tokens, at + 1, 'ONLY') ? at + 2 : at + 1)
    if (tokens[at]?.text === 'STATISTICS') {
      if (isOfExpressions(statement)) this.statistics.add(name)
    } else if (tokens[at]?.text === 'TYPE') {
      const multirange = placeOf(statement, 'multirange_type_name', '=')
      if (multirange !== -1) this.multiranges.add(nameAt(tokens, multirange + 2).name)
    } else {
      const open = tokens.findIndex(({ text }, place) => place >= next && text === '(')
      if (open !== -1 && says(tokens, closing(tokens, open) + 1, 'PARTITION', 'BY')) this.partitioned.add(name)
      const known = this.constraints.get(name) ?? new Set<string>()
      this.constraints.set(name, known)
      tokens.forEach(({ text }, place) => {
        if (text !== 'CONSTRAINT' || (says(tokens, place + 2, 'NOT', 'NULL') && !isCheckThere(statement, place))) return
        known.add(tokens[place + 1]?.text ?? '')
      })
    }
  }
}

/** Of columns there are no brackets. */
export function isOfExpressions(statement: Statement): boolean {
  const { tokens } = statement
  const from = tokens.findIndex(({ text }) => text === 'FROM')
  const on = placeOf(statement, 'ON')
  return tokens.slice(on, from).some(({ text }) => text === '(')
}

/** A NOT NULL that an older server gets as a check, which keeps its name. */
const isCheckThere = ({ tokens }: Statement, at: number) =>
  says(tokens, 0, 'ALTER') || says(tokens, at + 4, 'NO', 'INHERIT') || says(tokens, at + 5, 'NO', 'INHERIT')
