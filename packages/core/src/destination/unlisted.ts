import type { Exporter } from '../contracts/exporter.ts'
import type { ObjectSource } from '../contracts/objects.ts'
import type { Finding } from '../contracts/run.ts'
import { backupLayout } from './layout.ts'

/** What is appended to a backup after it was made. */
const added = 'proofs/'
const toldNames = 5

/** Objects that lie among those of a backup and that its manifest does not know. A restore never reads them; other tools might. */
export async function unlisted(
  exporter: Exporter,
  { manifest, objectNames }: ObjectSource,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (!manifest || exporter.objectKey !== undefined) return []
  const layout = backupLayout(exporter, manifest.id)
  const known = new Set([...objectNames.map(layout.objectKey), layout.contentsKey])
  const others: string[] = []
  for await (const info of exporter.list(layout.objectKey(''), { signal })) {
    if ('key' in info && !known.has(info.key) && !info.key.startsWith(layout.objectKey(added))) others.push(info.key)
  }
  if (others.length === 0) return []
  const more = others.length > toldNames ? ` and ${others.length - toldNames} more` : ''
  return [
    {
      severity: 'warning',
      code: 'VERIFY.UNLISTED',
      message: `${others.sort().slice(0, toldNames).join(', ')}${more}: no part of the backup, though among its objects.`,
      hint: 'pgark never reads what the manifest does not name, pg_restore may; remove what you do not know',
    },
  ]
}
