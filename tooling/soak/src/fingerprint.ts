import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** The files of a folder, each with a digest of its bytes. */
export type Fingerprint = ReadonlyMap<string, string>

export async function fingerprint(folder: string): Promise<Fingerprint> {
  const digests = new Map<string, string>()
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(path.join(folder, name))
    digests.set(name, createHash('sha256').update(bytes).digest('hex'))
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
