import { allPairs } from '../support/grid/all-pairs.ts'
import { describeStockArchives } from '../support/grid/describe-stock-archives.ts'
import { everyStockArchiveCell } from '../support/grid/stock-archive-cells.ts'

// In two files, so that two workers share them.
const cells = allPairs(everyStockArchiveCell)
describeStockArchives(17, cells)
describeStockArchives(18, cells)
