import { didYouMean, type Problem, refuseProblems } from '@pgark/core'

/** Checks options by their names and types, all problems at once. */
export function refuseUnknownOptions(
  of: string,
  options: unknown,
  accepts: Readonly<Record<string, (value: unknown) => string | undefined>>,
): void {
  const isObject = typeof options === 'object' && options !== null
  if (!isObject) refuseProblems([{ message: `Expected the options of ${of} to be an object.` }])
  refuseProblems(
    Object.entries(isObject ? options : {}).flatMap(([name, value]): Problem[] => {
      if (value === undefined) return []
      const accept = Object.hasOwn(accepts, name) ? accepts[name] : undefined
      if (!accept) {
        const hint = didYouMean(name, Object.keys(accepts))
        return [{ message: `Unknown option ${name} of ${of}.`, ...(hint !== undefined && { hint }) }]
      }
      const expected = accept(value)
      return expected === undefined ? [] : [{ message: `Option ${name} of ${of}: expected ${expected}.` }]
    }),
  )
}

export const aPath = (value: unknown) => (typeof value === 'string' && value !== '' ? undefined : 'a path')

export const aConnection = (value: unknown) =>
  (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null && !Array.isArray(value))
    ? undefined
    : 'a URL, or the options of postgres()'
