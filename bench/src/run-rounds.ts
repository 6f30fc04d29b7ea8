import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Competitor } from './competitors.ts'
import { type Measurement, measure } from './measure.ts'

export interface Run extends Measurement {
  readonly bytes: number | undefined
}

/** Medians over the rounds. */
export interface Result {
  readonly name: string
  readonly wallMs: number
  readonly wallRangeMs: readonly [number, number]
  readonly cpuMs: number | undefined
  readonly peakRssBytes: number | undefined
  readonly settledRssBytes: number | undefined
  readonly bytes: number | undefined
  readonly runs: readonly Run[]
}

export interface RoundsOptions {
  readonly rounds: number
  readonly signal: AbortSignal
  /** Outside of what is measured. */
  readonly before: (competitor: Competitor) => Promise<unknown>
  readonly after?: (competitor: Competitor) => Promise<unknown>
  readonly tell: (line: string) => void
}

/** Everyone once per round, each round beginning with another one: what disturbs the machine for a while disturbs all of them. */
export async function runRounds(competitors: readonly Competitor[], options: RoundsOptions): Promise<Result[]> {
  const runs = new Map<Competitor, Run[]>(competitors.map((each) => [each, []]))
  const written = new Outputs()
  try {
    for (let round = 0; round < options.rounds; round++) {
      const first = round % competitors.length
      for (const competitor of [...competitors.slice(first), ...competitors.slice(0, first)]) {
        const run = await runOnce(competitor, options, written)
        runs.get(competitor)?.push(run)
        options.tell(`round ${round + 1}/${options.rounds}  ${competitor.name.padEnd(34)} ${seconds(run.wallMs)}`)
      }
    }
  } finally {
    await written.remove()
  }
  return competitors.map((competitor) => summarize(competitor.name, runs.get(competitor) ?? []))
}

/**
 * What was written is set aside until everyone has run: for a minute ext4 does not use the inodes of removed files again, and whoever
 * then creates files pays for looking past thousands of them.
 */
class Outputs {
  readonly #aside: string[] = []

  async setAside(output: string): Promise<void> {
    for (const file of [output, `${output}.json`]) {
      const aside = `${file}.${this.#aside.length}`
      this.#aside.push(aside)
      await rename(file, aside).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
  }

  async remove(): Promise<void> {
    for (const file of this.#aside) await rm(file, { force: true, recursive: true })
  }
}

async function runOnce(
  competitor: Competitor,
  { signal, before, after }: RoundsOptions,
  written: Outputs,
): Promise<Run> {
  await before(competitor)
  try {
    const measurement = await measure(competitor.command, signal)
    const bytes = competitor.output === undefined ? undefined : await sizeOf(competitor.output)
    return { ...measurement, bytes }
  } finally {
    if (competitor.output !== undefined) await written.setAside(competitor.output)
    await after?.(competitor)
  }
}

/** Of a file, or of everything in a folder. */
async function sizeOf(output: string): Promise<number> {
  const found = await stat(output)
  if (!found.isDirectory()) return found.size
  let bytes = 0
  for (const name of await readdir(output)) bytes += await sizeOf(path.join(output, name))
  return bytes
}

function summarize(name: string, runs: readonly Run[]): Result {
  const walls = runs.map(({ wallMs }) => wallMs)
  return {
    name,
    wallMs: median(walls) ?? 0,
    wallRangeMs: [Math.min(...walls), Math.max(...walls)],
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    peakRssBytes: median(runs.map(({ peakRssBytes }) => peakRssBytes)),
    settledRssBytes: median(runs.map(({ settledRssBytes }) => settledRssBytes)),
    bytes: runs[0]?.bytes,
    runs,
  }
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((each) => each !== undefined).sort((a, b) => a - b)
  const middle = known.length / 2
  return known.length % 2 === 1 ? known[Math.floor(middle)] : mean(known[middle - 1], known[middle])
}

const mean = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? a : (a + b) / 2)

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2).padStart(7)} s`
