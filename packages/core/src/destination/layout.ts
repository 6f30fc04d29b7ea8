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

/** Where the parts of a backup lie: of a destination that stands for one file, there; otherwise under its id. */
export const backupLayout = (exporter: Exporter, id: string): BackupLayout =>
  exporter.objectKey === undefined ? folderLayout(id) : fileLayout(exporter.objectKey)

/** In a folder or bucket everything but the manifest lies under `<id>/`. */
export function folderLayout(id: string): BackupLayout {
  return {
    manifestKey: `${id}.json`,
    contentsKey: `${id}/contents.json`,
    objectKey: (name) => `${id}/${name}`,
    proofPrefix: `${id}/proofs/`,
  }
}

/** A single file has its manifest and proofs beside it. */
export function fileLayout(key: string): BackupLayout {
  const manifestKey = `${key}.json`
  return { manifestKey, contentsKey: manifestKey, objectKey: () => key, proofPrefix: `${key}${besideFile}` }
}
