import type { ContractCase } from './contract-case.ts'
import { exporterContract } from './exporter-contract.ts'
import type { ExporterUnderTest } from './exporter-under-test.ts'
import { missingNeeds, type Need } from './needs.ts'

/** A case that cannot be run, and why. */
export interface CaseNotRun {
  readonly name: string
  readonly missing: readonly Need[]
}

/**
 * Splits the contract into the cases that can be run against a subject and those that cannot, so that the latter can be told by name.
 * Opens the exporter, looks at what it offers, and closes it.
 *
 * ```ts
 * const { runs, notRun } = await splitContract(subject())
 * for (const { name, run } of runs) test(name, () => run(subject()))
 * ```
 */
export async function splitContract(
  subject: ExporterUnderTest,
): Promise<{ runs: readonly ContractCase[]; notRun: readonly CaseNotRun[] }> {
  const exporter = await subject.open()
  try {
    const runs: ContractCase[] = []
    const notRun: CaseNotRun[] = []
    for (const each of exporterContract) {
      const missing = missingNeeds(each.needs, exporter, subject)
      if (missing.length === 0) runs.push(each)
      else notRun.push({ name: each.name, missing })
    }
    return { runs, notRun }
  } finally {
    await exporter.close()
  }
}
