import { createHash } from 'node:crypto'
import { metadataBytes } from '../destination/read-all.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { Manifest } from './manifest.ts'

const lastLines = (checksum: string) => ` "checksum": "${checksum}"\n}\n`
const noChecksum = '0'.repeat(64)
const lastBytes = lastLines(noChecksum).length

/**
 * A manifest as it is stored. Nothing else knows its hash, so that it ends with one of its own, as PostgreSQL's backup manifests do:
 * the sha256 of all lines before. `head -n -2 <manifest> | sha256sum` gives the same.
 */
export function manifestBytes(manifest: Manifest): Uint8Array {
  const bytes = metadataBytes({ ...manifest, checksum: noChecksum })
  const covered = bytes.subarray(0, -lastBytes)
  return Buffer.concat([covered, Buffer.from(lastLines(sha256(covered)))])
}

/** Throws `DAMAGE.MANIFEST` for what does not end with its checksum. */
export function checkManifestBytes(bytes: Uint8Array, location: string): void {
  const covered = bytes.subarray(0, -lastBytes)
  if (Buffer.from(lastLines(sha256(covered))).equals(bytes.subarray(-lastBytes))) return
  throw new PgarkError('DAMAGE.MANIFEST', `The manifest ${location} is not what was stored: its checksum differs.`, {
    hint: 'it was damaged or edited after the backup; use another copy',
  })
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
