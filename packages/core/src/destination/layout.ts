import type { Exporter } from '../contracts/exporter.ts'
import { besideFile } from '../proof/proof-name.ts'

/** A folder with this in it is itself an archive, of pg_dump for example. */
export const archiveToc = 'toc.dat'

/** Where the parts of one backup lie at a destination. */
export interface BackupLayout {
  readonly manifestKey: string
  readonly contentsKey: string
  /** The key of an object that the engine names. */
  objectKey(name: string): string
  /** What the keys of its proofs begin with. */
  readonly proofPrefix: string
}

/** A single file has its manifest and proofs beside it; in a folder or bucket everything but the manifest lies under `<id>/`. */
export function backupLayout(exporter: Exporter, id: string): BackupLayout {
  const single = exporter.objectKey
  if (single !== undefined) {
    const manifestKey = `${single}.json`
    return { manifestKey, contentsKey: manifestKey, objectKey: () => single, proofPrefix: `${single}${besideFile}` }
  }
  return {
    manifestKey: `${id}.json`,
    contentsKey: `${id}/contents.json`,
    objectKey: (name) => `${id}/${name}`,
    proofPrefix: `${id}/proofs/`,
  }
}
