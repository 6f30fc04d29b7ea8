import type { Problem } from '../../errors/problems.ts'
import { patternLists, type RestoreOptions } from '../restore-options.ts'

/** What takes the place of a whole database must be whole. */
export function* intoNewProblems(options: RestoreOptions): Iterable<Problem> {
  if (!options.intoNew) return
  if (options.createDatabase) {
    yield {
      message: 'intoNew takes the place of a database that is there: createDatabase and intoNew exclude each other.',
    }
  }
  if ((options.onExisting ?? 'fail') !== 'fail') {
    yield {
      message: 'What is there is kept whole, under another name: onExisting and intoNew exclude each other.',
    }
  }
  const parts = [...(['schemaOnly', 'dataOnly'] as const), 'sections' as const, ...patternLists].filter((key) => {
    const given: unknown = options[key]
    return Array.isArray(given) ? given.length > 0 : given === true
  })
  for (const part of parts) {
    yield {
      message: `The database would lose what is not restored: ${part} and intoNew exclude each other.`,
      hint: 'restore a part into the database itself, or into one of its own (createDatabase)',
    }
  }
}
