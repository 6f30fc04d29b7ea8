import { rangeCases } from './cases/ranges.ts'
import { roundTripCases } from './cases/round-trip.ts'
import type { ContractCase } from './contract-case.ts'

/**
 * What every exporter promises, case by case, for any test runner. A case wants a subject whose place is empty and used by nobody else.
 * `splitContract` tells which of them can be run against a subject.
 */
export const exporterContract: readonly ContractCase[] = [...roundTripCases, ...rangeCases]
