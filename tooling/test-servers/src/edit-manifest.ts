import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** Changes a manifest and its checksum with it, as whoever wants to hide it would. */
export async function editManifest<Manifest>(location: string, change: (manifest: Manifest) => unknown): Promise<void> {
  const { checksum, ...manifest } = JSON.parse(await readFile(location, 'utf8'))
  if (typeof checksum !== 'string') throw new Error('the manifest has no checksum')
  const lines = JSON.stringify(change(manifest), null, 1).slice(0, -'\n}'.length)
  const covered = `${lines},\n`
  await writeFile(location, `${covered} "checksum": "${createHash('sha256').update(covered).digest('hex')}"\n}\n`)
}
