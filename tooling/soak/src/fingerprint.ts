import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** The files of a folder and of those in it, each with a digest of its bytes, and the folders. */
export type Fingerprint = ReadonlyMap<string, string>

export async function fingerprint(folder: string): Promise<Fingerprint> {
  const digests = new Map<string, string>()
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(entry.parentPath, entry.name)
    const bytes = entry.isFile() ? await readFile(file) : ''
    digests.set(path.relative(folder, file), createHash('sha256').update(bytes).digest('hex'))
  }
  return digests
}

/** What is wrong with files that nobody should have touched. */
export function* touched(before: Fingerprint, after: Fingerprint, names: Iterable<string>): Iterable<string> {
  for (const name of names) {
    if (!after.has(name)) yield `${name} is gone`
    else if (after.get(name) !== before.get(name)) yield `${name} was changed`
  }
}
