import path from 'node:path'
import { connection } from './connection.ts'
import { dumpDigest } from './dump-digest.ts'
import { type Fingerprint, fingerprint, touched } from './fingerprint.ts'
import { type Ended, runPgark } from './pgark-process.ts'
import type { World } from './world.ts'

export interface FolderCheck {
  readonly folder: string
  /** The name under which the backup should be. */
  readonly name: string
  /** Where the next backup goes: one of the same kind, which looks where this one may have left something. */
  readonly next: string
  readonly before: Fingerprint
  readonly after: Fingerprint
  readonly ended: Ended
}

export interface FolderVerdict {
  readonly left: string
  readonly problems: readonly string[]
}

const isPartial = (name: string) => name.endsWith('.pgark-partial')
/** A directory archive is no backup without its manifest, and neither is what is in it. */
const isOfArchive = (name: string, after: Fingerprint) =>
  name.includes('/') || [...after.keys()].some((each) => each.startsWith(`${name}/`))

/** What a backup left in its folder, held against what is promised. */
export async function checkFolder(check: FolderCheck, world: World): Promise<FolderVerdict> {
  const { name, before, after, ended } = check
  const manifest = `${name}.json`
  const isOurs = (each: string) => each === name || each === manifest || each.startsWith(`${name}/`)
  const problems = [
    ...touched(
      before,
      after,
      [...before.keys()].filter((each) => !isOurs(each)),
    ),
  ]
  const isKilled = ended.signal === 'SIGKILL'
  for (const extra of after.keys()) {
    if (before.has(extra) || isOurs(extra) || (isKilled && (isPartial(extra) || isOfArchive(extra, after)))) continue
    problems.push(`${extra} was left behind`)
  }
  const told = new Set(ended.events.map((event) => event.code))
  const isSuccess = ended.code === 0
  const isOld = before.has(name) && after.get(name) === before.get(name)
  if (!after.has(name)) {
    if (isSuccess) problems.push('success without a file')
    if (before.has(name)) problems.push('the backup that was to be replaced is gone')
    if (after.has(manifest)) problems.push('a manifest without its file')
    return { left: 'nothing', problems }
  }
  const mayLackManifest = isKilled || told.has('DESTINATION.NO_MANIFEST')
  if (!after.has(manifest) && !mayLackManifest) problems.push('a file without its manifest')
  if (isOld) {
    if (isSuccess) problems.push('success, but the file is the one from before')
    if (after.has(manifest) && after.get(manifest) !== before.get(manifest))
      problems.push('the manifest of another file')
    return { left: 'the backup from before', problems }
  }
  if (!isSuccess && !mayLackManifest) problems.push('a file under its final name after a failure')
  problems.push(...(await wholeProblems(path.join(check.folder, name), world)))
  return { left: after.has(manifest) ? 'a whole backup' : 'a whole file', problems }
}

/** What is under a final name must pass `verify`, and restore to what stock pg_dump takes for the same. */
async function wholeProblems(file: string, { server, digests }: World): Promise<string[]> {
  const verified = await runPgark(['verify', file])
  if (verified.code !== 0) return [`under a final name, but verify says ${verified.code}: ${verified.stderr.trim()}`]
  await server.createDatabase('check')
  try {
    const restored = await runPgark(['restore', file, '--to', connection(server.port, 'check')])
    if (restored.code !== 0) return [`under a final name, but does not restore: ${restored.stderr.trim()}`]
    return (await dumpDigest(server.url('check'))) === digests.whole ? [] : ['the restored database differs']
  } finally {
    await server.query('DROP DATABASE "check" WITH (FORCE)')
  }
}

/** After the next backup that is made into the folder, nothing is left of the one that died. */
export async function checkNext(check: FolderCheck, world: World): Promise<string[]> {
  const { folder, next, before } = check
  const { server } = world
  const ended = await runPgark(['backup', connection(server.port, 'small'), '--to', next], { command: world.command })
  if (ended.code !== 0) return [`the next backup failed: ${ended.stderr.trim()}`]
  const listed = await runPgark(['list', folder])
  const after = await fingerprint(folder)
  const known = [...before.keys()].filter((each) => each !== check.name && each !== `${check.name}.json`)
  // Whole files of an archive that was never finished stay: `list --incomplete` tells them.
  const strays = [...after.keys()].filter((each) => isPartial(each) && !before.has(each))
  return [
    ...touched(before, after, known),
    ...strays.map((stray) => `${stray} outlived the next backup`),
    ...(listed.code === 0 ? [] : [`list finds damage: ${listed.stderr.trim()}`]),
  ]
}
