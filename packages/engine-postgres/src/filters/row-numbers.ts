import type pg from 'pg'
import { ownRows } from '../catalogue/own-rows.ts'
import type { Relation } from '../catalogue/relations.ts'
import { databaseError } from '../connection/database-error.ts'
import { askUnderSearchPath } from './search-path.ts'
import type { TableFilter } from './table-filter.ts'

/** How many rows a table has, and how many of them a filter chooses. */
export interface RowNumbers {
  readonly rows: number
  readonly allRows: number
}

/** Asks for the number of rows that follow FROM. */
interface Question {
  sql(from: string): string
  answer(row: Record<string, unknown>): number
}

/** Reads no rows. */
export const planned: Question = {
  sql: (from) => `EXPLAIN (FORMAT JSON) SELECT FROM ${from}`,
  answer: (row) => (row['QUERY PLAN'] as [{ Plan: { 'Plan Rows': number } }])[0].Plan['Plan Rows'],
}

export const counted: Question = {
  sql: (from) => `SELECT count(*)::pg_catalog.text AS rows FROM ${from}`,
  answer: (row) => Number(row.rows),
}

/** What the planner expects, or what there is. */
export async function rowNumbers(
  client: pg.ClientBase,
  relation: Relation,
  filter: TableFilter | undefined,
  question: Question,
): Promise<RowNumbers> {
  const ask = async (wanted?: TableFilter) => {
    try {
      const [row = {}] = await askUnderSearchPath(
        client,
        question.sql(ownRows(relation, wanted)),
        wanted?.searchPath ?? [],
      )
      return question.answer(row)
    } catch (error) {
      const which = `${relation.schema}.${relation.name}${wanted ? ` with the filter ${wanted.name}` : ''}`
      throw databaseError(error, 'ENGINE.PLAN', `Cannot estimate ${which}`, { rows: 'yes' })
    }
  }
  const allRows = await ask()
  // The planner has reasons to expect more of a part than of the whole.
  return { rows: filter ? Math.min(await ask(filter), allRows) : allRows, allRows }
}

/** What so many of a table's rows take of the bytes that all of them take. */
export const shareOf = (bytes: number, { rows, allRows }: RowNumbers): number =>
  allRows > 0 ? Math.round((bytes * rows) / allRows) : bytes
