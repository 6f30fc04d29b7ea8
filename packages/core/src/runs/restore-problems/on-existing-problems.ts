import type { OnExisting } from '../../contracts/engine.ts'
import { didYouMean } from '../../errors/closest.ts'
import type { Problem } from '../../errors/problems.ts'
import type { RestoreOptions } from '../restore-options.ts'

const known: readonly OnExisting[] = ['fail', 'append', 'truncate', 'drop', 'drop-cascade']

/** What is wrong with `onExisting`, alone or beside other options. */
export function* onExistingProblems(options: RestoreOptions, isStream: boolean): Iterable<Problem> {
  const { onExisting = 'fail', createDatabase, dataOnly, sections } = options
  if (!known.includes(onExisting)) {
    const hint = didYouMean(String(onExisting), known)
    yield { message: `Expected onExisting to be one of ${known.join(', ')}.`, ...(hint && { hint }) }
    return
  }
  if (onExisting === 'fail') return
  if (createDatabase) yield { message: `A new database has nothing in it to ${onExisting}: leave out createDatabase.` }
  if (isStream) {
    yield {
      message: `onExisting ${onExisting} is for archives that can be read anywhere, not for a stream.`,
      hint: 'what a script drops it says itself; save an archive to a file first',
    }
  }
  const isOnlyData = Array.isArray(sections) && sections.length > 0 && sections.every((section) => section === 'data')
  if (onExisting.startsWith('drop') && (dataOnly || isOnlyData)) {
    yield {
      message: `onExisting ${onExisting} makes objects anew: rows alone cannot be restored so.`,
      hint: 'use truncate to replace rows',
    }
  }
}
