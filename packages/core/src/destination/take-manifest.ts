import type { Exporter } from '../contracts/exporter.ts'
import { bodyOf } from './body-of.ts'
import { readAll } from './read-all.ts'

/**
 * Takes the manifest of a single file away, because the file is about to be replaced. Answers what puts it back when the
 * replacement failed, as long as the file is still the one that it describes.
 */
export async function takeManifest(exporter: Exporter, key: string, manifestKey: string): Promise<() => Promise<void>> {
  const before = await exporter.stat(key)
  const manifest = (await exporter.stat(manifestKey)) && (await readAll(exporter.read(manifestKey)))
  await exporter.remove([manifestKey])
  return async () => {
    const now = await exporter.stat(key)
    const isSame = now?.sizeBytes === before?.sizeBytes && now?.modifiedAt.getTime() === before?.modifiedAt.getTime()
    if (manifest && now && isSame) await exporter.write(manifestKey, bodyOf(manifest))
  }
}
