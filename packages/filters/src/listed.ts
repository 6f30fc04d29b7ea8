import { type MarkedSql, sql } from '@pgark/core'

/** With commas between them. */
export const listed = (items: readonly MarkedSql[]): MarkedSql =>
  items.reduce((list, item, index) => (index === 0 ? item : sql`${list}, ${item}`), sql``)
