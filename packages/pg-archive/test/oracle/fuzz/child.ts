import { SqlScriptError } from '@pgark/pg-sql'
import { ArchiveError } from '../../../src/archive-error.ts'
import { damageOf } from './damage.ts'
import { Judge } from './judge.ts'
import { readScript } from './read-script.ts'
import { type Fault, readStreams } from './read-streams.ts'
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
for (const sample of samples)
  judges.set(sample.name, new Judge(sample, await readStreams({ ...sample, canSeek: true })))

for (let number = from; number < to; number += step) {
  const { sample, file, bytes, isChanged } = damageOf(samples, seed, number)
  const opened = { ...sample, files: new Map(sample.files).set(file, bytes), canSeek: number % 3 > 0 }
  let outcome = 'accepted'
  let problem: string | undefined
  try {
    misbehave(number)
    const streams = await orCode(() => readStreams(opened, fault))
    const script = await orCode(() => readScript(opened))
    if (typeof streams === 'string') outcome = streams
    else if (typeof script === 'string') outcome = `as a script: ${script}`
    problem = (judges.get(sample.name) as Judge).faultOf({ streams, script, file, damaged: bytes })
    if (!isChanged && outcome !== 'accepted') problem = 'is as it was, and refused'
  } catch (error) {
    problem = error instanceof Error ? error.stack : String(error)
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

/** The code of an error; whatever has none is a bug. */
async function orCode<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ArchiveError || error instanceof SqlScriptError) return error.code
    throw error
  }
}

/** So that the limits can be seen to hold. */
function misbehave(number: number): void {
  if (number < 20) return
  if (fault === 'hangs') for (;;);
  if (fault === 'fills-memory') Buffer.alloc(300 * 1024 * 1024, 1)
  if (fault === 'throws') throw new RangeError('an error without a code')
}
