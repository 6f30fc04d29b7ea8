import { arm } from './arm.ts'
import { codeOf, endProblems } from './check-end.ts'
import { connection } from './connection.ts'
import { dumpDigest } from './dump-digest.ts'
import { impatience, type Outcome } from './outcome.ts'
import { type Ended, runPgark } from './pgark-process.ts'
import type { Plan } from './plan.ts'
import { untilQuiet } from './until-quiet.ts'
import type { World } from './world.ts'

const target = 'target'

const archives: ReadonlySet<Plan['ending']> = new Set(['.dump', ' directory'])

/** One restore under a fault: the target is as it was, or whole, or it is told what is there of an archive. */
export async function runRestore(plan: Plan, world: World): Promise<Outcome> {
  const { server, proxy } = world
  if (!plan.createsDatabase) await server.createDatabase(target)
  try {
    proxy.reset()
    const armed = await arm(plan, world)
    const to = connection(proxy.port, target, plan)
    const flags = [...impatience, ...(plan.createsDatabase ? ['--create-database'] : [])]
    const ended = await runPgark(['restore', world.backups[plan.ending], '--to', to, ...flags], {
      command: world.command,
      onEvents: armed.onEvents,
    })
    const struck = await armed.settled()
    proxy.reset()
    const stayed = await untilQuiet(server)
    const left = await whatIsThere(world)
    return {
      struck,
      exit: ended.code ?? ended.signal,
      code: codeOf(ended),
      left,
      problems: [
        ...endProblems(ended, plan),
        ...(stayed === 0 ? [] : [`${stayed} connections stayed`]),
        ...targetProblems(left, ended, plan),
      ],
    }
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${target} WITH (FORCE)`)
  }
}

type Left = 'a whole database' | 'an empty database' | 'no database' | 'something else'

async function whatIsThere({ server, digests }: World): Promise<Left> {
  const { rowCount } = await server.query(`SELECT FROM pg_database WHERE datname = '${target}'`)
  if (!rowCount) return 'no database'
  const digest = await dumpDigest(server.url(target))
  if (digest === digests.whole) return 'a whole database'
  return digest === digests.empty ? 'an empty database' : 'something else'
}

function* targetProblems(left: Left, ended: Ended, { createsDatabase, ending }: Plan): Iterable<string> {
  if (ended.code === 0 && left !== 'a whole database') yield `success, but there is ${left}`
  if (left === 'no database' && !createsDatabase) yield 'the target is gone'
  const told = new Set(ended.events.map(({ code }) => code))
  // Who was killed cannot take the database back that it made, and who lost the server cannot either: that must be told.
  const mayStay = ended.signal === 'SIGKILL' || told.has('RESTORE.DATABASE_LEFT')
  // Archives are restored without a transaction around it all; what is left of one must be told.
  const mayBePart = archives.has(ending) && (mayStay || told.has('RESTORE.INCOMPLETE'))
  if (left === 'something else' && !mayBePart) yield 'the target is neither whole nor as it was'
  if (left === 'an empty database' && createsDatabase && !mayStay)
    yield 'the database that was made in vain is still there'
}
