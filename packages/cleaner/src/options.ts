import { didYouMean, type Problem, refuseProblems } from '@pgark/core'

/** What becomes of one kind of thing in a script. */
export type Keeping = 'keep' | 'strip'

/** What becomes of what in a script. Rows, literals and bodies are never changed. */
export interface CleanOptions {
  /**
   * `strip`: the names of what the script creates lose their schema, so that it restores into whatever schema is first in the
   * search_path. For scripts that create objects in one schema only. Default `keep`.
   */
  qualifiers?: Keeping
  /** `strip`: settings that the target does not need, see {@link settingRules}, are left out. Default `strip`. */
  settings?: Keeping
  /**
   * `strip`: psql's own commands are left out, and one without which the script would do something else is refused
   * (`REFUSED.META_COMMAND`). So no line is left that psql would run itself. Default `strip`.
   */
  metaCommands?: Keeping
  /** `strip`: comments outside bodies are left out, but for the one that says that a dump is whole. Default `keep`. */
  comments?: Keeping
  /** `strip`: of several blank lines between statements one is left, at the beginning and end none. Default `strip`. */
  blankLines?: Keeping
}

const defaults: Required<CleanOptions> = {
  qualifiers: 'keep',
  settings: 'strip',
  metaCommands: 'strip',
  comments: 'keep',
  blankLines: 'strip',
}

/** Throws `USAGE.OPTIONS` with every problem at once. */
export function resolveOptions(given: CleanOptions, more: readonly Problem[] = []): Required<CleanOptions> {
  refuseProblems([...problemsOf(given), ...more])
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(set) }
}

function* problemsOf(given: unknown): Iterable<Problem> {
  if (typeof given !== 'object' || given === null) {
    yield { message: 'Expected the options of the cleaner to be an object.' }
    return
  }
  const names = Object.keys(defaults)
  for (const [key, value] of Object.entries(given)) {
    if (!names.includes(key)) {
      const hint = didYouMean(key, names)
      yield { message: `Unknown option ${key}.`, ...(hint && { hint }) }
    } else if (value !== undefined && value !== 'keep' && value !== 'strip') {
      yield { message: `Expected ${key} to be keep or strip, got ${String(value)}.` }
    }
  }
}
