import * as fc from 'fast-check'

/** The same runs for everyone; PGARK_TEST_SEED gives others. A failure prints the seed and the smallest failing case. */
const seed = Number(process.env.PGARK_TEST_SEED ?? 20_261_121)

/** Checks a property for that many random values. */
export async function holds<T>(runs: number, values: fc.Arbitrary<T>, check: (value: T) => Promise<void> | void) {
  await fc.assert(
    fc.asyncProperty(values, async (value) => await check(value)),
    { seed, numRuns: runs },
  )
}
