import { nameOf } from '../manifest/backup-id.ts'
import type { Manifest } from '../manifest/manifest.ts'

const ofMetadata = 'metadata:'

/** What a backup has of that which makes a group. */
export function groupOf(
  manifest: Pick<Manifest, 'id' | 'metadata'> | undefined,
  groupBy: readonly string[] = ['name'],
): Readonly<Record<string, string>> {
  const partOf = (part: string) =>
    part.startsWith(ofMetadata) ? manifest?.metadata[part.slice(ofMetadata.length)] : nameOf(manifest?.id ?? '')
  return Object.fromEntries(groupBy.map((part) => [part, partOf(part) ?? '']))
}
