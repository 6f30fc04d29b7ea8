import { allPairs } from '../support/grid/all-pairs.ts'
import { everyForeignCell, everyOwnCell } from '../support/grid/cells.ts'
import { describeArchiveGrid } from '../support/grid/describe-archive-grid.ts'

// In two files, so that two workers share them.
const cells = { own: allPairs(everyOwnCell), foreign: allPairs(everyForeignCell) }
describeArchiveGrid(17, cells)
describeArchiveGrid(18, cells)
