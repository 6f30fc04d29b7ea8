import { ArchiveError } from '../../../src/archive-error.ts'
import { damageOf } from './damage.ts'
import { Judge } from './judge.ts'
import { type Fault, readStreams, type Stream } from './read-streams.ts'
import { loadSamples } from './sample.ts'

/** What the process is started with, as JSON. */
export interface Task {
  readonly folder: string
  readonly seed: number
  readonly from: number
  readonly to: number
  readonly step: number
  readonly fault?: Fault
}

/** What it tells of each number; `problem` is what may not be. */
export interface Report {
  readonly number: number
  readonly sample: string
  readonly outcome: string
  readonly problem?: string
  readonly peakRssBytes: number
}

const { folder, seed, from, to, step, fault }: Task = JSON.parse(process.argv[2] as string)
const samples = loadSamples(folder)
const judges = new Map<string, Judge>()
for (const sample of samples) judges.set(sample.name, new Judge(sample, await readStreams(sample, true)))

for (let number = from; number < to; number += step) {
  const { sample, file, bytes, isChanged } = damageOf(samples, seed, number)
  const files = new Map(sample.files).set(file, bytes)
  let outcome = 'accepted'
  let problem: string | undefined
  try {
    misbehave(number)
    const found: Map<string, Stream> = await readStreams({ ...sample, files }, number % 3 > 0, fault)
    problem = (judges.get(sample.name) as Judge).fault(found, file, bytes)
  } catch (error) {
    if (error instanceof ArchiveError) outcome = error.code
    else problem = `${file}: ${error instanceof Error ? error.stack : String(error)}`
    if (!isChanged) problem = `${file} is as it was, and refused`
  }
  const report: Report = {
    number,
    sample: sample.name,
    outcome,
    ...(problem === undefined ? {} : { problem: `${file}: ${problem}` }),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
  await new Promise((resolve) => process.send?.(report, resolve))
}

/** So that the limits can be seen to hold. */
function misbehave(number: number): void {
  if (number < 20) return
  if (fault === 'hangs') for (;;);
  if (fault === 'fills-memory') Buffer.alloc(300 * 1024 * 1024, 1)
  if (fault === 'throws') throw new RangeError('an error without a code')
}
