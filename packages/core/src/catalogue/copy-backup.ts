import { createHash } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { readAll } from '../destination/read-all.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { atOnce } from './at-once.ts'
import { listParts } from './backup-parts.ts'
import { copyObject } from './copy-object.ts'
import type { FoundBackup } from './find-backups.ts'
import type { Placement } from './placement.ts'

/** Bytes after which progress is told. */
const tellBytes = 4 * 1024 * 1024

export interface BackupCopy {
  readonly from: Exporter
  readonly to: Exporter
  readonly backup: FoundBackup
  readonly place: Placement
  /** Its manifest lies there already: what is missing of the rest comes to it. */
  readonly isThere: boolean
}

/**
 * Copies one backup: objects, contents, proofs, the manifest last, once the destination lists everything with its size. What an
 * earlier attempt has brought there stays. Answers the bytes of its objects that were sent; contents and proofs are told nowhere, so
 * that no more can be sent than the backup is said to have.
 */
export async function copyBackup(copy: BackupCopy, run: RunContext): Promise<number> {
  const { from, to, backup, place, isThere } = copy
  const { signal } = run
  const there = await listParts(to, place, { signal })
  const onBytes = progressOf(backup.key, place, run)
  const sent = await atOnce(place.objects, async ({ here, key }) => {
    const sizeThere = there.get(key)?.sizeBytes
    // Under an id nothing but this backup can lie; a file may be anything.
    const overwrite = to.objectKey === undefined
    const isCounted = key !== place.layout.contentsKey
    const sent = await copyObject({
      ...{ from, to, here, key, sizeThere, overwrite, signal },
      onBytes: isCounted ? onBytes : () => {},
    })
    return isCounted ? sent : 0
  })
  await copyNewProofs(copy, run)
  await checkArrived(to, place, signal)
  if (!isThere) {
    const manifest = place.manifest ?? (await sameManifest(from, backup, signal))
    await to.write(place.layout.manifestKey, one(manifest), { signal })
  }
  const sentBytes = sent.reduce((total, bytes) => total + bytes, 0)
  run.onEvent({ type: 'backup', state: 'copied', key: backup.key, bytes: sentBytes, sizeBytes: sizeOf(place) })
  return sentBytes
}

/** Proofs are written once and never changed: one that is there is the same. */
export async function copyNewProofs({ from, to, place }: BackupCopy, { signal }: RunContext): Promise<void> {
  if (place.proofs.length === 0) return
  const there = await listParts(to, place, { signal })
  for (const { here, key } of place.proofs) {
    if (!there.has(key)) await to.write(key, from.read(here, { signal }), { signal })
  }
}

async function checkArrived(to: Exporter, place: Placement, signal: AbortSignal): Promise<void> {
  const there = await listParts(to, place, { signal })
  for (const { here, key: target } of place.objects) {
    const sizeBytes = there.get(target)?.sizeBytes
    if (sizeBytes === here.sizeBytes) continue
    const message = `${target} has ${sizeBytes ?? 'no'} bytes at its destination, ${here.sizeBytes} were sent.`
    throw new PgarkError('DESTINATION.SIZE', message)
  }
}

/** The bytes themselves: their hash is what proofs are bound to. */
export async function sameManifest(
  from: Exporter,
  { layout, manifestSha256 }: FoundBackup,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await readAll(from.read(layout.manifestKey, { signal }))
  if (createHash('sha256').update(bytes).digest('hex') === manifestSha256) return bytes
  throw new PgarkError('REFUSED.CHANGED', `${layout.manifestKey} was replaced while its backup was copied.`, {
    hint: 'run it again',
  })
}

function progressOf(key: string, place: Placement, run: RunContext): (bytes: number) => void {
  const sizeBytes = sizeOf(place)
  let bytes = 0
  let toldBytes = 0
  run.onEvent({ type: 'backup', state: 'copying', key, bytes, sizeBytes })
  return (more) => {
    bytes += more
    if (bytes - toldBytes < tellBytes) return
    toldBytes = bytes
    run.onEvent({ type: 'backup', state: 'copying', key, bytes, sizeBytes })
  }
}

const sizeOf = ({ objects, layout }: Placement) =>
  objects.reduce((total, { here, key }) => (key === layout.contentsKey ? total : total + here.sizeBytes), 0)

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}
