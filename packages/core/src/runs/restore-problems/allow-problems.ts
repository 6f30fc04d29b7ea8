import type { Problem } from '../../errors/problems.ts'

/** What is wrong with the entries that a restore may fail to make, as far as it can be told without the archive. */
export function allowProblems(allow: unknown): readonly Problem[] {
  if (allow === undefined) return []
  const isItem = (item: unknown) => typeof item === 'string' && /^[^:]+:./s.test(item)
  if (Array.isArray(allow) && allow.every(isItem)) return []
  return [
    {
      message: 'Expected allow to be a list of kind:name.',
      hint: 'for example extension:postgis or comment:public.*; pgark show --toc lists kinds and names',
    },
  ]
}
