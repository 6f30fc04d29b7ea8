import { createHash } from 'node:crypto'
import type { CallOptions, Exporter } from '../contracts/exporter.ts'
import type { BackupLayout } from '../destination/layout.ts'
import { readAll } from '../destination/read-all.ts'
import { manifestParser } from '../manifest/load-parser.ts'
import type { Proof } from './proof.ts'

/** Which backup lies there now: what a proof names, so that it belongs to no other. Undefined where there is no manifest. */
export async function manifestIdentity(
  from: Exporter,
  { manifestKey }: BackupLayout,
  options: CallOptions,
): Promise<Proof['backup'] | undefined> {
  if (!(await from.stat(manifestKey, options))) return undefined
  const bytes = await readAll(from.read(manifestKey, options))
  const { parseManifest } = await manifestParser()
  const { id } = parseManifest(bytes, manifestKey)
  return { id, manifestSha256: createHash('sha256').update(bytes).digest('hex') }
}
