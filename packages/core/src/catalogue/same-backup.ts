import type { Exporter } from '../contracts/exporter.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { FoundBackup, UnreadableBackup } from './find-backups.ts'

/** Backups of a destination, or the one of a key. */
export interface Catalogue {
  readonly backups: readonly FoundBackup[]
  readonly unreadable: readonly UnreadableBackup[]
}

/** The same backup at another destination, wherever it lies there. Throws `REFUSED.DIFFERENT` for another one in its place. */
export function sameAt(to: Exporter, backup: FoundBackup, there: Catalogue): FoundBackup | undefined {
  const { id } = backup.manifest
  const isFile = to.objectKey !== undefined
  const unreadable = there.unreadable.find(({ key }) => isFile || key === id)
  if (unreadable) throw different(to, id, 'one whose manifest cannot be read', unreadable.error)
  const other = there.backups.find(({ manifest }) => isFile || manifest.id === id)
  if (other && !isSame(backup, other)) throw different(to, id, 'another one')
  return other
}

/**
 * By the hash of the manifest. That of a backup of one object may lie elsewhere with another key in it, and with the contents in it or
 * beside it: then by the hash of the object, and all else that it says.
 */
export function isSame(one: FoundBackup, other: FoundBackup): boolean {
  if (one.manifestSha256 === other.manifestSha256) return true
  const [a, b] = [one.manifest, other.manifest]
  return a.objects.length === 1 && JSON.stringify(withoutPlace(a)) === JSON.stringify(withoutPlace(b))
}

const withoutPlace = ({ contents: _, objects, ...facts }: Manifest) => ({
  ...facts,
  objects: objects.map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes })),
})

const different = (to: Exporter, id: string, what: string, cause?: unknown) =>
  new PgarkError('REFUSED.DIFFERENT', `Where ${id} would be at ${to.location} there is ${what}.`, {
    hint: 'look at both: pgark show, pgark verify; remove the one that is wrong',
    cause,
  })
