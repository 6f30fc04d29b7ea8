import { expect, test } from 'vitest'
import { endings, planOf } from '../src/plan.ts'

const plansOf = (seed: string) => Array.from({ length: 400 }, (_, run) => planOf(seed, run))

test('a run depends on its seed and number alone', () => {
  const [, , third] = plansOf('x')
  expect(planOf('x', 2)).toEqual(third)
  expect(planOf('y', 2)).not.toEqual(third)
})

test('every fault, operation and moment comes up', () => {
  const plans = plansOf('x')
  const seen = (of: (plan: (typeof plans)[number]) => unknown) => new Set(plans.map(of))
  const kinds = ['backend', 'corrupt', 'cut', 'disk', 'garble', 'none', 'server', 'signal', 'stall']
  expect([...seen(({ fault }) => fault.kind)].sort()).toEqual(kinds)
  expect(seen(({ fault }) => fault.kind === 'signal' && fault.signal).size).toBe(4)
  expect([...seen(({ ending }) => ending)].sort()).toEqual([...endings].sort())
  expect(plans.some(({ ending, replaces }) => ending === ' directory' && replaces)).toBe(false)
  expect(seen(({ operation, moment }) => `${operation} ${moment.at}`).size).toBe(4)
})

test('bytes are corrupted only where TLS can notice, headers only where there is no TLS', () => {
  for (const { fault, withTls } of plansOf('x')) {
    if (fault.kind === 'corrupt') expect(withTls).toBe(true)
    if (fault.kind === 'garble') expect(withTls).toBe(false)
  }
})
