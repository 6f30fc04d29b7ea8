import { parseArgs } from 'node:util'

export type Section =
  | 'backup'
  | 'restore'
  | 'memory'
  | 'archive'
  | 'parallel'
  | 'parallel-restore'
  | 'destinations'
  | 'filters'
  | 'rename'

export interface BenchOptions {
  readonly rows: number
  /** The small case that peak memory is compared with. */
  readonly smallRows: number
  readonly rounds: number
  readonly sections: ReadonlySet<Section>
  readonly isJson: boolean
  /** Folder with pg_dump and psql; undefined is PATH. */
  readonly clients: string | undefined
  /** The PostgreSQL major that the stock programs must have; undefined is whatever they have. */
  readonly major: number | undefined
}

export const usage = `pnpm bench [--rows 10000000] [--small-rows 100000] [--rounds 3] [--only backup|restore|memory|archive|parallel|parallel-restore|destinations|filters|rename]…
           [--clients <folder with pg_dump and psql>] [--major 15] [--json]`

/** Something is missing or wrong before the start; nothing was done. */
export class Refusal extends Error {}

const allSections: readonly Section[] = [
  'backup',
  'restore',
  'memory',
  'archive',
  'parallel',
  'parallel-restore',
  'destinations',
  'filters',
  'rename',
]

export function parseOptions(args: readonly string[]): BenchOptions {
  const values = parse(args)
  return {
    rows: integer('rows', values.rows),
    smallRows: integer('small-rows', values['small-rows']),
    rounds: integer('rounds', values.rounds),
    sections: new Set(values.only?.map(section) ?? allSections),
    isJson: values.json,
    clients: values.clients ?? process.env.PGARK_BENCH_CLIENTS,
    major: values.major === undefined ? undefined : integer('major', values.major),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm hands on the `--` that separates its own options.
      args: args.filter((each) => each !== '--'),
      options: {
        rows: { type: 'string', default: '10000000' },
        'small-rows': { type: 'string', default: '100000' },
        rounds: { type: 'string', default: '3' },
        only: { type: 'string', multiple: true },
        clients: { type: 'string' },
        major: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}

function integer(name: string, text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''))
  if (Number.isInteger(value) && value > 0) return value
  throw new Refusal(`Expected --${name} to be a positive integer, got ${text}.\n${usage}`)
}

function section(text: string): Section {
  const found = allSections.find((each) => each === text)
  if (found) return found
  throw new Refusal(`Expected --only to be one of ${allSections.join(', ')}, got ${text}.\n${usage}`)
}
