import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Report, Task } from './child.ts'

export interface FuzzResult {
  /** How many ended in what. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly peakRssBytes: number
}

/** What one mutation may take: issue, and README. */
const silenceMs = 5000
export const memoryBytes = 256 * 1024 * 1024

/** Lets the process use the sources of the packages. */
const sources = new URL('../../../../engine-postgres/test/failures/sources.ts', import.meta.url).href

/** Reads mutation after mutation in a process of its own, which ends at the first that breaks a rule or a limit. */
export async function runFuzz(task: Task): Promise<FuzzResult> {
  const outcomes = new Map<string, number>()
  let peakRssBytes = 0
  let next = task.from
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [JSON.stringify(task)], {
    execArgv: [`--max-old-space-size=${memoryBytes / 1024 / 1024}`, '--import', sources],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const failure = (number: number, what: string) =>
    new Error(`${what}\nagain: PGARK_TEST_SEED=${task.seed} PGARK_FUZZ_NUMBER=${number}`)
  try {
    await new Promise<void>((resolve, reject) => {
      let stderr = ''
      child.stderr?.on('data', (text) => {
        stderr = `${stderr}${text}`.slice(-4000)
      })
      const watch = () => setTimeout(() => reject(failure(next, `mutation ${next} takes more than 5 s`)), silenceMs)
      // Until the first, while the process starts, the limit of the test holds.
      let watchdog: NodeJS.Timeout | undefined
      child.on('message', (report: Report) => {
        clearTimeout(watchdog)
        const { number, sample, outcome, problem } = report
        next = number + task.step
        if (next < task.to) watchdog = watch()
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        peakRssBytes = Math.max(peakRssBytes, report.peakRssBytes)
        const isTooLarge = report.peakRssBytes > memoryBytes
        const wrong = isTooLarge ? `takes ${report.peakRssBytes >> 20} MB` : problem
        if (wrong !== undefined) reject(failure(number, `mutation ${number} of ${sample}: ${wrong}`))
      })
      child.on('error', reject)
      child.on('close', (code, signal) => {
        clearTimeout(watchdog)
        if (code === 0 && next >= task.to) resolve()
        else reject(failure(next, `the process ended at mutation ${next} with ${signal ?? code}: ${stderr}`))
      })
    })
  } finally {
    child.kill('SIGKILL')
  }
  return { outcomes, peakRssBytes }
}
