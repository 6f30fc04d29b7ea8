import { abortCases } from './cases/abort.ts'
import { atomicityCases } from './cases/atomicity.ts'
import { backpressureCases } from './cases/backpressure.ts'
import { concurrencyCases } from './cases/concurrency.ts'
import { failingBodyCases } from './cases/failing-body.ts'
import { faultCases } from './cases/faults.ts'
import { keyCases } from './cases/keys.ts'
import { lentChunkCases } from './cases/lent-chunks.ts'
import { lifeCycleCases } from './cases/life-cycle.ts'
import { listingCases } from './cases/listing.ts'
import { overwriteCases } from './cases/overwrite.ts'
import { rangeCases } from './cases/ranges.ts'
import { removalCases } from './cases/removal.ts'
import { roundTripCases } from './cases/round-trip.ts'
import type { ContractCase } from './contract-case.ts'

/**
 * What every exporter promises, case by case, for any test runner. A case wants a subject whose place is empty and used by nobody else.
 * `splitContract` tells which of them can be run against a subject.
 */
export const exporterContract: readonly ContractCase[] = [
  ...roundTripCases,
  ...keyCases,
  ...rangeCases,
  ...lentChunkCases,
  ...failingBodyCases,
  ...abortCases,
  ...atomicityCases,
  ...overwriteCases,
  ...concurrencyCases,
  ...backpressureCases,
  ...listingCases,
  ...removalCases,
  ...faultCases,
  ...lifeCycleCases,
]
