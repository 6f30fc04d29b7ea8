import { nameOf } from '../manifest/backup-id.ts'
import type { Manifest } from '../manifest/manifest.ts'

export const ofMetadata = 'metadata:'

/** What a backup has of that which makes a group. */
export function groupOf(
  { id, metadata }: Pick<Manifest, 'id' | 'metadata'>,
  groupBy: readonly string[] = ['name'],
): Readonly<Record<string, string>> {
  const partOf = (part: string) =>
    part.startsWith(ofMetadata) ? (metadata[part.slice(ofMetadata.length)] ?? '') : nameOf(id)
  return Object.fromEntries(groupBy.map((part) => [part, partOf(part)]))
}
