import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { arm } from './arm.ts'
import { createBackupFolder } from './backup-folder.ts'
import { codeOf, endProblems } from './check-end.ts'
import { checkFolder, checkNext } from './check-folder.ts'
import { connection } from './connection.ts'
import { type Fingerprint, fingerprint } from './fingerprint.ts'
import { impatience, type Outcome } from './outcome.ts'
import { runPgark } from './pgark-process.ts'
import type { Plan } from './plan.ts'
import { untilQuiet } from './until-quiet.ts'
import type { World } from './world.ts'

/** Room for a full disk's run, as a part of what the backup needs; a little more than 1, so that some just fit. */
const mostRoom = 1.1

/** One backup under a fault, what it left, and the backup after it. */
export async function runBackup(plan: Plan, world: World): Promise<Outcome> {
  const { server, proxy } = world
  const { fault } = plan
  const needed = await sizeOf(world.backups[plan.ending])
  const roomBytes = fault.kind === 'disk' ? Math.floor(fault.share * mostRoom * needed) : 0
  const folder = await createBackupFolder(plan, world, roomBytes)
  try {
    const before = await fingerprint(folder.path)
    proxy.reset()
    const armed = await arm(plan, world)
    const source = connection(proxy.port, 'source', plan)
    const kind = folder.name === undefined ? ['--format', 'directory'] : []
    const flags = [...kind, '--lock-timeout', '1s', ...impatience, ...(plan.replaces ? ['--force'] : [])]
    const ended = await runPgark(['backup', source, '--to', path.join(folder.path, folder.name ?? ''), ...flags], {
      command: world.command,
      onEvents: armed.onEvents,
      ...(fault.kind === 'disk' && !folder.disk && { fileSizeLimitBytes: roomBytes }),
    })
    const struck = (await armed.settled()) || fault.kind === 'disk'
    proxy.reset()
    const stayed = await untilQuiet(server)
    const after = await fingerprint(folder.path)
    const name = folder.name ?? newId(before, after)
    const next = folder.name === undefined ? folder.path : path.join(folder.path, 'next.sql')
    const check = { folder: folder.path, name, next, before, after, ended }
    const { left, problems } = await checkFolder(check, world)
    await folder.disk?.enlarge()
    return {
      struck,
      exit: ended.code ?? ended.signal,
      code: codeOf(ended),
      left,
      problems: [
        ...endProblems(ended, plan),
        ...(stayed === 0 ? [] : [`${stayed} connections stayed`]),
        ...problems,
        ...(await checkNext(check, world)),
      ],
    }
  } finally {
    await folder.remove()
  }
}

/** The id of the backup whose manifest is new. Of none where there is none. */
function newId(before: Fingerprint, after: Fingerprint): string {
  const manifest = [...after.keys()].find((each) => /^[^/]+\.json$/.test(each) && !before.has(each))
  return manifest?.slice(0, -'.json'.length) ?? 'no backup'
}

async function sizeOf(location: string): Promise<number> {
  const { size } = await stat(location)
  const within = await readdir(location).catch(() => [])
  const sizes = await Promise.all(within.map((name) => stat(path.join(location, name))))
  return sizes.reduce((sum, each) => sum + each.size, size)
}
