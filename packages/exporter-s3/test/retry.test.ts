import { afterEach, describe, expect, test, vi } from 'vitest'
import { retrying } from '../src/connection/retry.ts'

const waited = vi.hoisted(() => [] as number[])
vi.mock('node:timers/promises', () => ({ setTimeout: async (ms: number) => void waited.push(ms) }))

afterEach(() => {
  waited.length = 0
  vi.restoreAllMocks()
})

async function failures(maxAttempts: number, isWorthwhile = true): Promise<number> {
  const attempt = vi.fn(() => Promise.reject(new Error('no')))
  await expect(retrying(attempt, { maxAttempts, isWorthwhile: () => isWorthwhile })).rejects.toThrow('no')
  return attempt.mock.calls.length
}

describe('what fails is tried again', () => {
  test('as often as was said, after pauses whose bound doubles up to ten seconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    expect(await failures(10)).toBe(10)
    expect(waited).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })

  test('each pause is drawn between nothing and its bound', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5)
    await failures(3)
    expect(waited).toEqual([0, 100])
  })

  test('never where it is not worth it, or once is all', async () => {
    expect([await failures(5, false), await failures(1)]).toEqual([1, 1])
    expect(waited).toEqual([])
  })
})
