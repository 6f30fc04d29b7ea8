import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { bodyOf } from '../destination/body-of.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { type BackupParts, listParts } from './backup-parts.ts'
import { sameManifest } from './copy-backup.ts'
import type { FoundBackup } from './find-backups.ts'
import { removeParts } from './remove-backup.ts'
import { samePlace } from './same-place.ts'

/** A backup, and its copy that was verified. */
export interface Moved {
  readonly from: Exporter
  readonly to: Exporter
  readonly backup: FoundBackup
  readonly copy: FoundBackup
  readonly copyParts: BackupParts
}

/**
 * Removes a backup whose copy is elsewhere, and nothing of that copy: throws `REFUSED.SAME_PLACE` where the copy lies among what
 * would be removed, or is it, by another name. Should the copy's manifest go with the manifest here, this one is put back before
 * anything else is touched.
 */
export async function removeMoved(moved: Moved, run: RunContext): Promise<void> {
  const { from, backup } = moved
  const { signal } = run
  const going = [...(await listParts(from, backup, { signal })).values()]
  const keys = [backup.layout.manifestKey, ...going.map(({ key }) => key)]
  refuseInside(moved, keys)
  await refuseSameObjects(moved, keys, { signal })
  const manifest = await sameManifest(from, backup, signal)
  await removeParts(from, backup, going, run, () => keepCopy(moved, manifest))
}

/** A place within the folder of the backup that goes: what was copied there would be listed as a part of it. */
function refuseInside({ to, backup, copy }: Moved, keys: readonly string[]): void {
  if (!keys.some((key) => key.endsWith(`/${copy.layout.manifestKey}`))) return
  throw samePlace(`${to.location} lies within the backup ${backup.key}.`)
}

/** Links, and folders or files that are mounted a second time: other names for what would be removed. */
async function refuseSameObjects(
  { from, to, copy, copyParts }: Moved,
  keys: readonly string[],
  options: CallOptions,
): Promise<void> {
  const copied = [copy.layout.manifestKey, ...copyParts.listed.keys(), ...copyParts.objects.map(({ key }) => key)]
  const ours = await identitiesOf(from, keys, options)
  const theirs = ours.size === 0 ? ours : await identitiesOf(to, new Set(copied), options)
  for (const [identity, key] of ours) {
    const there = theirs.get(identity)
    if (there === undefined) continue
    throw samePlace(`${key} at ${from.location} and ${there} at ${to.location} are one file.`)
  }
}

/** Keys by what they lead to; none where an object has one name only, which the first tells. */
async function identitiesOf(
  at: Exporter,
  keys: Iterable<string>,
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const key of keys) {
    const info = await at.stat(key, options)
    if (info?.identity !== undefined) found.set(info.identity, key)
    else if (info) break
  }
  return found
}

/** Not by the signal: between the two manifests nobody may give up. */
async function keepCopy({ from, to, backup, copy }: Moved, manifest: Uint8Array): Promise<void> {
  let failure: unknown
  try {
    if (await to.stat(copy.layout.manifestKey)) return
    failure = samePlace(`The manifest of ${copy.key} at ${to.location} went with the one at ${from.location}.`)
  } catch (error) {
    failure = error
  }
  const { manifestKey } = backup.layout
  try {
    await from.write(manifestKey, bodyOf(manifest))
  } catch (cause) {
    const message = `${manifestKey} was removed from ${from.location} and could not be put back; all other objects are there.`
    throw new PgarkError('DESTINATION.NO_MANIFEST', message, {
      hint: `look at ${to.location}: what was copied there was whole a moment ago`,
      cause,
    })
  }
  throw failure
}
