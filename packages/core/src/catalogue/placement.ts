import type { Exporter } from '../contracts/exporter.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { type BackupLayout, fileLayout, folderLayout } from '../destination/layout.ts'
import { singleFileFormat } from '../destination/single-file.ts'
import { readContents } from '../destination/source.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { manifestBytes } from '../manifest/manifest-bytes.ts'
import type { BackupParts } from './backup-parts.ts'
import type { FoundBackup } from './find-backups.ts'

/** How a backup will lie at another destination. */
export interface Placement {
  /** What it will be called there. */
  readonly key: string
  readonly layout: BackupLayout
  /** The manifest there; undefined: as it is here, byte for byte. */
  readonly manifest: Uint8Array | undefined
  /** Objects and where they go, the contents last where they are an object of their own. */
  readonly objects: readonly { readonly here: HashedObject; readonly key: string }[]
  /** Keys of its proofs; none where the manifest is another one: they are bound to this one's hash. */
  readonly proofs: readonly { readonly here: string; readonly key: string }[]
}

/**
 * From folder to folder and from file to file everything stays as it is. A single file that comes into a folder is stored under its
 * id; a backup of one object can come out of a folder into a file. Rejects with `REFUSED.FORMAT` where the file cannot hold it.
 */
export async function placementAt(
  to: Exporter,
  from: Exporter,
  backup: FoundBackup,
  parts: BackupParts,
  signal: AbortSignal,
): Promise<Placement> {
  const { layout, manifest } = backup
  const isFile = layout.contentsKey === layout.manifestKey
  const [single] = parts.objects
  if (isFile && to.objectKey === undefined && single) return intoFolder(manifest, single)
  if (to.objectKey === undefined) {
    const objects = parts.contents ? [...parts.objects, parts.contents] : parts.objects
    const proofs = parts.proofs.map((here) => ({ here, key: here }))
    return {
      key: backup.key,
      layout,
      manifest: undefined,
      objects: objects.map((here) => ({ here, key: here.key })),
      proofs,
    }
  }
  refuseFile(to.objectKey, manifest)
  const there = fileLayout(to.objectKey)
  const objects = parts.objects.map((here) => ({ here, key: there.objectKey('') }))
  if (isFile) {
    const moved = (here: string) => ({ here, key: there.proofPrefix + here.slice(layout.proofPrefix.length) })
    return { key: to.objectKey, layout: there, manifest: undefined, objects, proofs: parts.proofs.map(moved) }
  }
  // There is no object for the contents beside a file.
  const contents = (await readContents(from, manifest, signal)) ?? manifest.contents
  return {
    key: to.objectKey,
    layout: there,
    manifest: rewritten({ ...manifest, contents }, to.objectKey),
    objects,
    proofs: [],
  }
}

/** The object gets the name by which the contents know it; these may stay in the manifest. */
function intoFolder(manifest: Manifest, here: HashedObject): Placement {
  const [table] = 'contentsVersion' in manifest.contents ? manifest.contents.tables : []
  const layout = folderLayout(manifest.id)
  const key = layout.objectKey(table?.object ?? here.key)
  return { key: manifest.id, layout, manifest: rewritten(manifest, key), objects: [{ here, key }], proofs: [] }
}

const rewritten = (manifest: Manifest, key: string) =>
  manifestBytes({ ...manifest, objects: manifest.objects.map((object) => ({ ...object, key })) })

function refuseFile(name: string, { id, format, compression, objects }: Manifest): void {
  const named = singleFileFormat(name)
  const hasCodec = named?.format !== 'plain' || named.codec === compression
  if (objects.length === 1 && (!named || (named.format === format && hasCodec))) return
  const what = objects.length === 1 ? `in the format ${format}, ${compression}` : 'of many objects'
  throw new PgarkError('REFUSED.FORMAT', `${id} is a backup ${what}: it does not go into a file named ${name}.`, {
    hint: objects.length === 1 ? 'name it .sql, .sql.gz, .sql.zst or .dump, as it is' : 'copy it into a folder',
  })
}
