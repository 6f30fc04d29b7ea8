import { describe, expect, test } from 'vitest'
import { builtCommand } from '../../src/pgark-process.ts'
import type { Plan } from '../../src/plan.ts'
import { type SoakedRun, soak } from '../../src/soak.ts'

const [node = '', ...command] = builtCommand
const careless = (way: string) => [
  node,
  '--import',
  `${new URL('careless.ts', import.meta.url)}?${encodeURIComponent(way)}`,
  ...command,
]

/** Each makes servers and databases of its own, then as many runs as it takes. */
const patienceMs = 600_000
/** Many more than it takes. */
const runs = Array.from({ length: 1000 }, (_, run) => run)

/** The first run of the seed in which something was found. */
async function firstFound(way: string, only: (plan: Plan) => boolean): Promise<SoakedRun | undefined> {
  for await (const soaked of soak({ seed: 'careless', runs, command: careless(way), only })) {
    if (soaked.outcome.problems.length > 0) return soaked
  }
  return undefined
}

describe('faults find a command that', () => {
  const ways: [string, (plan: Plan) => boolean, RegExp][] = [
    [
      'writes under the final name',
      ({ operation, fault }) => operation === 'backup' && fault.kind === 'signal',
      /under (a|its) final name|was to be replaced/,
    ],
    [
      'leaves what dead runs left',
      ({ operation, fault }) => operation === 'backup' && fault.kind === 'signal' && fault.signal === 'SIGKILL',
      /outlived the next backup/,
    ],
    ['says that all is well', ({ fault }) => fault.kind === 'cut', /^exit code 0 without a result/],
    [
      'restores without a transaction',
      ({ operation, fault }) => operation === 'restore' && fault.kind === 'cut',
      /^the target is neither whole nor as it was/,
    ],
  ]
  for (const [way, only, problem] of ways) {
    test(way, { timeout: patienceMs }, async () => {
      const found = await firstFound(way, only)
      expect(found?.outcome.problems.join('\n')).toMatch(problem)
    })
  }
})
