import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSamples } from './fuzz/make-samples.ts'
import { memoryBytes, runFuzz } from './fuzz/run-fuzz.ts'

const mutations = 10_000
const processes = 2
/** The same mutations for everyone; another seed gives others, a number only that one. */
const seed = Number(process.env.PGARK_TEST_SEED ?? 20_261_121)
const only = process.env.PGARK_FUZZ_NUMBER === undefined ? undefined : Number(process.env.PGARK_FUZZ_NUMBER)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-fuzz-'))
  await makeSamples(folder)
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

test(`${mutations} mutations of archives by pg_dump 13 to 18: no crash, no hang, nothing accepted that may not be`, async () => {
  console.log(`fuzz: PGARK_TEST_SEED=${seed}`)
  const ranges =
    only === undefined
      ? Array.from({ length: processes }, (_, at) => ({ from: at, to: mutations, step: processes }))
      : [{ from: only, to: only + 1, step: 1 }]
  const results = await Promise.all(ranges.map((range) => runFuzz({ folder, seed, ...range })))
  const counts = new Map<string, number>()
  for (const { outcomes } of results)
    for (const [outcome, count] of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + count)
  console.log(
    'fuzz:',
    Object.fromEntries(counts),
    results.map(({ peakRssBytes }) => `${peakRssBytes >> 20} MB`),
  )
  if (only !== undefined) return
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(mutations)
  // Damage of every kind was met, and most of it was seen.
  for (const code of ['TRUNCATED', 'CORRUPT', 'TRAILING', 'BAD_MAGIC', 'UNSUPPORTED_VERSION'])
    expect(counts.get(`ARCHIVE.${code}`), code).toBeGreaterThan(0)
  expect(counts.get('accepted')).toBeLessThan(mutations / 3)
  // Definitions are looked at when the archive becomes a script.
  for (const code of ['UNSAFE.DEFINITION', 'ARCHIVE.NOT_SQL', 'REFUSED.META_COMMAND'])
    expect(counts.get(`as a script: ${code}`), code).toBeGreaterThan(0)
}, 600_000)

describe('worse readers are caught:', () => {
  const faulty = (fault: 'ignores-errors' | 'hangs' | 'fills-memory' | 'throws') =>
    runFuzz({ folder, seed, from: 0, to: 400, step: 1, fault })
  const again = new RegExp(`again: PGARK_TEST_SEED=${seed} PGARK_FUZZ_NUMBER=\\d+`)

  test('one that takes what it has when a stream is damaged', async () => {
    await expect(faulty('ignores-errors')).rejects.toThrow(/has changed|has lost its end/)
    await expect(faulty('ignores-errors')).rejects.toThrow(again)
  })
  test('one that does not end', async () => {
    await expect(faulty('hangs')).rejects.toThrow('mutation 20 takes more than 5 s')
  })
  test('one that takes memory without bounds', async () => {
    await expect(faulty('fills-memory')).rejects.toThrow(/takes \d+ MB\n/)
    expect(memoryBytes).toBe(256 * 1024 * 1024)
  })
  test('one whose errors have no code', async () => {
    await expect(faulty('throws')).rejects.toThrow('an error without a code')
  })
})
