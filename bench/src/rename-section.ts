import { type Bench, type Competitor, program } from './competitors.ts'
import { type Result, type RoundsOptions, runRounds } from './run-rounds.ts'

/** Definitions that are renamed. */
const statements = 10_000

const cases = { start: 'start, parser loaded', rename: 'renamed', again: 'renamed, proved twice' } as const

export interface RenameResult extends Result {
  /** Beyond the start of the process; undefined for the start itself. */
  readonly msPerThousand: number | undefined
}

export interface RenameResults {
  readonly statements: number
  readonly results: readonly RenameResult[]
  /** What the proof takes of it. */
  readonly proofMsPerThousand: number
}

/** Definitions get another schema, without a database. */
export async function measureRenames(bench: Bench, shared: RoundsOptions): Promise<RenameResults> {
  const competitors = Object.entries(cases).map(
    ([which, name]): Competitor => ({
      name,
      command: program(bench, 'rename-definitions.ts', [String(statements), which]),
    }),
  )
  const measured = await runRounds(competitors, shared)
  const wallMs = (name: string) => measured.find((result) => result.name === name)?.wallMs ?? Number.NaN
  const perThousand = (ms: number) => (ms * 1000) / statements
  return {
    statements,
    results: measured.map((result) => ({
      ...result,
      msPerThousand: result.name === cases.start ? undefined : perThousand(result.wallMs - wallMs(cases.start)),
    })),
    proofMsPerThousand: perThousand(wallMs(cases.again) - wallMs(cases.rename)),
  }
}
