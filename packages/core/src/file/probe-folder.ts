import { randomBytes } from 'node:crypto'
import { rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { ProbedDestination } from '../contracts/exporter.ts'
import { writeAtomically } from './write-atomically.ts'

/** Writes a small file the way a backup is written, removes it, and asks how much room there is for users that are not root. */
export async function probeFolder(folder: string, signal: AbortSignal | undefined): Promise<ProbedDestination> {
  const probe = path.join(folder, `.pgark-probe-${randomBytes(4).toString('hex')}`)
  async function* body() {
    yield Buffer.from('pgark looks whether it can write here; this file can be removed\n')
  }
  await writeAtomically(probe, body(), { ...(signal && { signal }) })
  await rm(probe)
  const { bavail, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize }
}
