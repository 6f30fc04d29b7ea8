import type { OracleMajor } from '../stock.ts'
import { type ArchiveKind, ourCompressions, stockCompressions } from './archives.ts'
import { dataSetsOf } from './loaded-data-sets.ts'
import { restoreModes } from './restore-modes.ts'

/** An archive of ours, restored by pg_restore in some mode. */
export interface OwnCell {
  readonly major: OracleMajor
  readonly dataSet: string
  readonly format: 'custom' | 'directory'
  readonly compression: ReturnType<typeof ourCompressions>[number]
  readonly mode: string
}
/** An archive of pg_dump, restored by us. */
export interface ForeignCell extends ArchiveKind {
  readonly major: OracleMajor
  readonly dataSet: string
}

const majors: readonly OracleMajor[] = [13, 15, 17, 18]
const perDataSet = majors.flatMap((major) => dataSetsOf(major).map(({ name }) => ({ major, dataSet: name })))

/** Every combination that there is. */
export const everyOwnCell: readonly OwnCell[] = perDataSet.flatMap(({ major, dataSet }) =>
  (['custom', 'directory'] as const).flatMap((format) =>
    ourCompressions(major).flatMap((compression) =>
      restoreModes.map(({ name: mode }) => ({ major, dataSet, format, compression, mode })),
    ),
  ),
)
export const everyForeignCell: readonly ForeignCell[] = perDataSet.flatMap(({ major, dataSet }) => [
  ...(['custom', 'directory'] as const).flatMap((format) =>
    stockCompressions(major).map((compression) => ({ major, dataSet, format, compression })),
  ),
  { major, dataSet, format: 'tar', compression: 'none' },
])
