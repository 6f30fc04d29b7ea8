import { didYouMean, type Problem } from '@pgark/core'

/** What is given under names that there are not. */
export function unknownOptions(of: string, options: object, names: readonly string[]): Problem[] {
  return Object.keys(options)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const hint = didYouMean(name, names) ?? `its options are ${names.join(', ')}`
      return { message: `Unknown option ${name} of ${of}.`, hint }
    })
}
