// A filter of one's own: any object with these members is one.
//
//   DATABASE_URL=postgres://… node src/age-range.ts
import { backup, type Filter, type FilterContext, file, ident, type Sql, sql, type TableInfo } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'

/** People of an age, both ends included, by a column with their date of birth. */
class AgeRange implements Filter {
  readonly specVersion = 1
  readonly name = 'age-range'
  readonly #column: string
  readonly #youngest: number
  readonly #oldest: number

  constructor(column: string, youngest: number, oldest: number) {
    this.#column = column
    this.#youngest = youngest
    this.#oldest = oldest
  }

  where(_table: TableInfo, context: FilterContext): Sql {
    // Throws, with the closest names, where the table has no such column.
    const column = ident(context.column(this.#column).name)
    return sql`extract(year FROM age(${column})) BETWEEN ${this.#youngest} AND ${this.#oldest}`
  }
}

const { rows } = await backup({
  engine: postgres(process.env.DATABASE_URL ?? ''),
  to: file(process.env.BACKUPS ?? 'backups'),
  tables: ['production.users'],
  filters: { users: new AgeRange('born', 18, 65) },
})
console.log(`${rows} users between 18 and 65`)
