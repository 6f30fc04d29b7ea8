import type { Exporter } from '../contracts/exporter.ts'
import type { ExporterUnderTest } from './exporter-under-test.ts'

type IsThere = (exporter: Exporter, subject: ExporterUnderTest) => boolean

const needs = {
  /** `capabilities.range` */
  range: ({ capabilities }) => capabilities.range,
  /** `capabilities.remove` */
  remove: ({ capabilities }) => capabilities.remove,
  /** The exporter stands for a place with many objects, not for one file. */
  manyKeys: ({ objectKey }) => objectKey === undefined,
  /** `Exporter.probe` */
  probe: ({ probe }) => probe !== undefined,
  /** `Exporter.removeStrays` */
  removeStrays: ({ removeStrays }) => removeStrays !== undefined,
  /** `ExporterUnderTest.heldBytes` */
  heldBytes: (_, { heldBytes }) => heldBytes !== undefined,
  /** `ExporterUnderTest.isCheapPerObject` */
  isCheapPerObject: (_, { isCheapPerObject }) => isCheapPerObject === true,
  /** `ExporterUnderTest.unfinished` */
  unfinished: (_, { unfinished }) => unfinished !== undefined,
  /** `ExporterUnderTest.module` */
  module: (_, { module }) => module !== undefined,
  /** `ExporterFaults.wrongCredentials` */
  wrongCredentials: (_, { faults }) => faults?.wrongCredentials !== undefined,
  /** `ExporterFaults.readOnly` */
  readOnly: (_, { faults }) => faults?.readOnly !== undefined,
  /** `ExporterFaults.missingPlace` */
  missingPlace: (_, { faults }) => faults?.missingPlace !== undefined,
  /** `ExporterFaults.passing` */
  passing: (_, { faults }) => faults?.passing !== undefined,
  /** `ExporterFaults.lasting` */
  lasting: (_, { faults }) => faults?.lasting !== undefined,
} satisfies Record<string, IsThere>

/** What a case cannot do without: a capability or method of the exporter, or a field of `ExporterUnderTest`. */
export type Need = keyof typeof needs

export function missingNeeds(all: readonly Need[], exporter: Exporter, subject: ExporterUnderTest): readonly Need[] {
  return all.filter((need) => !needs[need](exporter, subject))
}
