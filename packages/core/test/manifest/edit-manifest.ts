import { readFile, writeFile } from 'node:fs/promises'
import { manifestBytes } from '../../src/manifest/manifest-bytes.ts'

/** Changes fields of a stored manifest, and its checksum with them. */
export async function editManifest(location: string, fields: Record<string, unknown>): Promise<void> {
  const { checksum: _, ...manifest } = JSON.parse(await readFile(location, 'utf8'))
  await writeFile(location, manifestBytes({ ...manifest, ...fields }))
}
