import { serviceNames } from '@pgark/test-servers'
import { expect, test } from 'vitest'
import { destinationPlanOf } from '../src/destinations/destination-plan.ts'

for (const service of serviceNames) {
  const plansOf = (seed: string) => Array.from({ length: 300 }, (_, run) => destinationPlanOf(service, seed, run))

  test(`${service}: a run depends on its seed and number alone`, () => {
    expect(destinationPlanOf(service, 'x', 2)).toEqual(plansOf('x')[2])
    expect(destinationPlanOf(service, 'y', 2)).not.toEqual(plansOf('x')[2])
  })

  test(`${service}: every fault and format comes up, expired credentials for one request`, () => {
    const plans = plansOf('x')
    const bursts = plans.flatMap((plan) => plan.bursts)
    const kinds = ['cut', 'flip', 'lost', 'says', 'signal', 'slow', 'stall']
    expect([...new Set(bursts.map(({ fault }) => fault.kind))].sort()).toEqual(kinds)
    expect(new Set(plans.map(({ format }) => format)).size).toBe(3)
    const expired = bursts.filter(({ fault }) => fault.kind === 'says' && fault.what === 'expired')
    expect(new Set(expired.map(({ requests }) => requests))).toEqual(new Set([1]))
    expect(new Set(bursts.map(({ requests }) => requests)).size).toBe(6)
  })
}
