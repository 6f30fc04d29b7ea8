/**
 * Says what a value should have been, for `expected …`; undefined where it is right. By hand: the library that reads manifests takes
 * 50 ms and 17 MB to load, which every backup would pay for.
 */
export type OptionCheck = (value: unknown) => string | undefined

const check =
  (isRight: (value: unknown) => boolean, wanted: string): OptionCheck =>
  (value) =>
    isRight(value) ? undefined : wanted

export const anything: OptionCheck = () => undefined
export const flag = check((value) => typeof value === 'boolean', 'true or false')
export const aFunction = check((value) => typeof value === 'function', 'a function')
export const anObject = check(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object',
)

/** Text of so many characters. */
export const text = (least = 0, most = Number.POSITIVE_INFINITY) =>
  check(
    (value) => typeof value === 'string' && value.length >= least && value.length <= most,
    describeText(least, most),
  )

const describeText = (least: number, most: number) =>
  most < Number.POSITIVE_INFINITY ? `text of at most ${most} characters` : least > 0 ? 'text that is not empty' : 'text'

export const wholeNumber = (least: number, most: number) =>
  check(
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `a whole number from ${least} to ${most}`,
  )

export const oneOf = (...names: readonly (string | false)[]) =>
  check((value) => names.includes(value as string), names.join(', ').replace(/, ([^,]*)$/, ' or $1'))

/** A value that any of the checks takes. */
export const either =
  (...checks: readonly OptionCheck[]): OptionCheck =>
  (value) => {
    const wanted = checks.map((each) => each(value))
    return wanted.includes(undefined) ? undefined : wanted.join(', or ')
  }

/** A list of values that the check takes. */
export const listOf =
  (each: OptionCheck, { least = 0 } = {}): OptionCheck =>
  (value) => {
    if (!Array.isArray(value) || value.length < least) return `a list${least > 0 ? ' that is not empty' : ''}`
    const wanted = value.map(each).find((problem) => problem !== undefined)
    return wanted && `a list, each of them ${wanted}`
  }
