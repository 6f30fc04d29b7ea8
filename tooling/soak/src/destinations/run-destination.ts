import type { ChildProcess } from 'node:child_process'
import type { HttpFault } from '@pgark/test-servers'
import { codeOf } from '../check-end.ts'
import { connection } from '../connection.ts'
import { dumpDigest } from '../dump-digest.ts'
import type { Outcome } from '../outcome.ts'
import { type Ended, runPgark } from '../pgark-process.ts'
import type { DestinationFault, DestinationPlan } from './destination-plan.ts'
import { destinationUrl } from './destination-url.ts'
import { backupArguments, type DestinationWorld } from './destination-world.ts'

/** One backup to an object store under faults, and what it left there. */
export async function runDestination(plan: DestinationPlan, world: DestinationWorld): Promise<Outcome> {
  const { server, service, proxy } = world
  const prefix = `run-${plan.run}`
  let child: ChildProcess | undefined
  let seen = 0
  let struck = false
  let isSignalled = false
  proxy.choose(() => {
    const at = seen++ / world.requests[plan.format]
    const burst = plan.bursts.find(
      ({ share, requests }) => at >= share && at < share + requests / world.requests[plan.format],
    )
    struck ||= burst !== undefined
    return burst && happening(burst.fault)
  })
  function happening(fault: DestinationFault): HttpFault | undefined {
    if (fault.kind === 'says') return { kind: 'answer', ...service.answer(fault.what) }
    if (fault.kind !== 'signal') return fault
    // A second one would end the process at once.
    if (!isSignalled) child?.kill(fault.signal)
    isSignalled = true
    return undefined
  }
  const ended = await runPgark(backupArguments(server, plan.format, destinationUrl(service, prefix, proxy.url)), {
    env: service.env,
    onEvents: (_, started) => {
      child = started
    },
  })
  proxy.choose(() => undefined)
  const { left, problems } = await whatIsLeft(prefix, ended, world)
  return {
    struck,
    exit: ended.code ?? ended.signal,
    code: codeOf(ended),
    left,
    problems: [...endProblems(ended, plan), ...problems],
  }
}

function* endProblems(ended: Ended, { bursts }: DestinationPlan): Iterable<string> {
  if (ended.hung) return yield 'it hung'
  const signals = bursts.flatMap(({ fault }) => (fault.kind === 'signal' ? [fault.signal] : []))
  const codes = { SIGKILL: 137, SIGTERM: 143, SIGINT: 130 }
  const isSignalled =
    signals.some((signal) => ended.code === codes[signal]) || signals.some((signal) => signal === ended.signal)
  if (ended.code === 0 || isSignalled) return
  const told = codeOf(ended)
  if (ended.code !== 1) yield `exit code ${ended.code ?? ended.signal}`
  if (!told?.startsWith('DESTINATION.'))
    yield `the destination failed, and the error is ${told}: ${ended.stderr.trim()}`
}

/** After a success a backup that verifies and restores; otherwise no manifest, and nothing that the service still waits for. */
async function whatIsLeft(
  prefix: string,
  ended: Ended,
  { server, service, digest }: DestinationWorld,
): Promise<Pick<Outcome, 'left' | 'problems'>> {
  const isKilled = ended.signal === 'SIGKILL'
  const problems: string[] = []
  const objects = await service.objects(prefix)
  const manifests = objects.filter((name) => /^[^/]+\/[^/]+\.json$/.test(name))
  const unfinished = await service.unfinished(prefix)
  // Who is killed leaves what was under way, for `prune` to collect when it is old.
  if (unfinished.length > 0 && !isKilled) problems.push(`uploads stayed unfinished: ${unfinished.join(', ')}`)
  if (ended.code !== 0 && !isKilled && manifests.length > 0) problems.push('a manifest after a failure')
  if (ended.code === 0 && manifests.length !== 1) problems.push(`success, and ${manifests.length} manifests`)
  if (manifests.length === 0) return { left: `${objects.length} objects`, problems }

  const latest = destinationUrl(service, `${prefix}/latest`)
  const verified = await runPgark(['verify', latest, '--no-proof'], { env: service.env })
  if (verified.code !== 0) problems.push(`verify says ${verified.code}: ${verified.stderr.trim()}`)
  await server.createDatabase('check')
  try {
    const restored = await runPgark(['restore', latest, '--to', connection(server.port, 'check'), '--no-proof'], {
      env: service.env,
    })
    if (restored.code !== 0) problems.push(`it does not restore: ${restored.stderr.trim()}`)
    else if ((await dumpDigest(server.url('check'))) !== digest) problems.push('the restored database differs')
  } finally {
    await server.query('DROP DATABASE "check" WITH (FORCE)')
  }
  return { left: 'a whole backup', problems }
}
