import { everyForeignCell, everyOwnCell } from '../support/grid/cells.ts'
import { describeArchiveGrid } from '../support/grid/describe-archive-grid.ts'

// In two files, so that two workers share them.
const cells = { own: everyOwnCell, foreign: everyForeignCell }
describeArchiveGrid(17, cells)
describeArchiveGrid(18, cells)
