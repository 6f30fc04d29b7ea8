import type { Exporter } from '../contracts/exporter.ts'
import type { ExporterUnderTest, OpenExporter } from './exporter-under-test.ts'
import { missingNeeds, type Need } from './needs.ts'

/** One guarantee of the exporter contract, as a check for any test runner. */
export interface ContractCase {
  /** Unique in the contract, and stable. */
  readonly name: string
  readonly needs: readonly Need[]
  /**
   * Rejects, with an `AssertionError` of node:assert where it is the contract that is broken. Rejects as well when a need is missing:
   * `splitContract` tells beforehand. A call that never settles is left to the runner's time limit.
   */
  run(subject: ExporterUnderTest): Promise<void>
}

/** What a case works with. */
export interface Place {
  readonly subject: ExporterUnderTest
  readonly exporter: Exporter
  /** A key that may be written; the only one where the exporter stands for one file. */
  readonly key: string
  /** One more exporter, closed when the case has ended; over the same place unless told how to open it. */
  open(opener?: OpenExporter): Promise<Exporter>
}

export function contractCase(
  name: string,
  needs: readonly Need[],
  check: (place: Place) => Promise<void>,
): ContractCase {
  return {
    name,
    needs,
    async run(subject) {
      const opened: Exporter[] = []
      const open = async (opener = subject.open) => {
        const exporter = await opener()
        opened.push(exporter)
        return exporter
      }
      try {
        const exporter = await open()
        const missing = missingNeeds(needs, exporter, subject)
        if (missing.length > 0) throw new Error(`"${name}" needs what the subject does not have: ${missing.join(', ')}`)
        await check({ subject, exporter, key: exporter.objectKey ?? 'contract/object.bin', open })
      } finally {
        for (const exporter of opened) await exporter.close()
      }
    },
  }
}
