import type { OracleMajor } from '../stock.ts'
import { dataSetsOf } from './loaded-data-sets.ts'

/** An archive of pg_dump, restored by us and by pg_restore with the same options. */
export interface StockArchiveCell {
  readonly major: OracleMajor
  readonly dataSet: string
  readonly format: 'custom' | 'directory' | 'tar'
  /** How the archive has its rows: pg_dump's option. */
  readonly rows: (typeof rows)[number]
  /** Ours; pg_restore knows it by the same name. */
  readonly part: (typeof parts)[number]
  readonly leftOut: (typeof leftOut)[number]
  readonly transaction: (typeof transactions)[number]
  /** How the archive comes to us. */
  readonly from: 'disk' | 'pipe'
}

const majors: readonly OracleMajor[] = [13, 15, 17, 18]
const rows = ['COPY', '--inserts', '--column-inserts', '--rows-per-insert=50'] as const
const parts = ['everything', '--data-only', '--schema-only'] as const
const leftOut = ['nothing', '--no-owner', '--no-privileges', 'both'] as const
const transactions = ['one', 'none'] as const
/** A folder cannot come through a pipe. */
const ways = [
  { format: 'custom', from: 'disk' },
  { format: 'custom', from: 'pipe' },
  { format: 'directory', from: 'disk' },
  { format: 'tar', from: 'disk' },
  { format: 'tar', from: 'pipe' },
] as const

export const everyStockArchiveCell: readonly StockArchiveCell[] = majors.flatMap((major) =>
  dataSetsOf(major).flatMap(({ name: dataSet }) =>
    ways.flatMap((way) =>
      rows.flatMap((rows) =>
        parts.flatMap((part) =>
          leftOut.flatMap((leftOut) =>
            transactions.map((transaction) => ({ major, dataSet, ...way, rows, part, leftOut, transaction })),
          ),
        ),
      ),
    ),
  ),
)
