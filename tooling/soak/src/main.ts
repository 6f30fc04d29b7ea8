import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serviceNames } from '@pgark/test-servers'
import { describeRun } from './describe.ts'
import { soakDestination } from './destinations/soak-destination.ts'
import { soak } from './soak.ts'

const usage = `pnpm test:soak [--seed <text>] [--runs <count>] [--run <number>]… [--destination s3|gcs] [--log <file>]

  --seed   what the faults depend on, default 1: the same seed, the same runs
  --runs   how many, default 30
  --run    only the run of this number (repeatable), to see one again
  --destination   backups to an object store with faults on the way there, instead of files with faults all around
  --log    appends each run to this file as a line of JSON

Needs stock clients (PGARK_PG_CLIENTS) and openssl; as root it fills small file systems too.
`
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '30' },
    run: { type: 'string', multiple: true },
    destination: { type: 'string' },
    log: { type: 'string' },
    help: { type: 'boolean' },
  },
})
const runs = values.run?.map(Number) ?? Array.from({ length: Number(values.runs) }, (_, index) => index)
const service = serviceNames.find((name) => name === values.destination)
const isUnknown = values.destination !== undefined && !service
if (values.help || isUnknown || runs.length === 0 || runs.some((run) => !Number.isInteger(run) || run < 0)) {
  process.stdout.write(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  process.stdout.write(`seed ${values.seed}, ${runs.length} runs\n`)
  const failed: number[] = []
  let isStopped = false
  // The run that is on is brought to its end, so that servers and folders go; a second signal ends everything at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isStopped = true
    })
  }
  let done = 0
  let struck = 0
  const soaking = service ? soakDestination(service, values.seed, runs) : soak({ seed: values.seed, runs })
  for await (const soaked of soaking) {
    process.stdout.write(`${describeRun(soaked)}\n`)
    if (values.log) appendFileSync(values.log, `${JSON.stringify({ seed: values.seed, ...soaked })}\n`)
    done += 1
    if (soaked.outcome.struck) struck += 1
    if (soaked.outcome.problems.length > 0) failed.push(soaked.plan.run)
    if (isStopped) break
  }
  process.stdout.write(`${done - failed.length} of ${done} runs passed, ${struck} with a fault in them\n`)
  for (const run of failed)
    process.stdout.write(
      `again: pnpm test:soak ${service ? `--destination ${service} ` : ''}--seed ${values.seed} --run ${run}\n`,
    )
  if (failed.length > 0 || isStopped) process.exitCode = 1
  // As in the command itself.
  process.once('beforeExit', () => process.exit())
}
