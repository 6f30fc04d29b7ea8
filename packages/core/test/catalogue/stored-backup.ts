import { randomBytes } from 'node:crypto'
import type { Exporter, HashedObject, Proof } from '../../src/index.ts'
import { manifestBytes } from '../../src/manifest/manifest-bytes.ts'
import { chunksOf } from '../file/temp-folder.ts'
import { sampleContents, sampleManifest } from '../manifest/sample.ts'
import { sha256 } from './bucket.ts'

export interface StoredOptions {
  id?: string
  name?: string
  /** Of the snapshot. */
  time?: string
  metadata?: Record<string, string>
  requires?: readonly string[]
  /** Objects beside its own, of other backups. */
  shares?: readonly HashedObject[]
  /** Names of its objects; more than one makes a directory. */
  names?: readonly string[]
}

let count = 0
/** Ids that never meet, as random digits may. */
const nextId = (name: string, time: string) => {
  const stamp = new Date(time).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
  count += 1
  return `${name}-${stamp}-${(count % 65536).toString(16).padStart(4, '0')}`
}

/** Puts a backup there as `backup()` leaves it: objects, contents, the manifest last. */
export async function storedBackup(to: Exporter, options: StoredOptions = {}) {
  const { name = 'shop', time = '2026-03-01T00:00:00Z', metadata = {}, requires = [], shares = [] } = options
  const { names = ['backup.dump'] } = options
  const id = options.id ?? nextId(name, time)
  const own: HashedObject[] = []
  const put = async (key: string, bytes: Uint8Array) => {
    await to.write(key, chunksOf(bytes))
    return { key, sizeBytes: bytes.byteLength, sha256: sha256(bytes) }
  }
  for (const each of names) own.push(await put(`${id}/${each}`, randomBytes(20)))
  const objects = [...own, ...shares]
  const isSingle = objects.length === 1
  const snapshot = { ...sampleContents.snapshot, time }
  const tables = sampleContents.tables.map((table) => ({ ...table, object: names[0] ?? '' }))
  const contents = { ...sampleContents, snapshot, tables, ...(!isSingle && { objects }) }
  const manifest = {
    ...sampleManifest,
    ...{ id, requires, metadata, snapshot },
    format: isSingle ? 'custom' : 'directory',
    objects: isSingle ? objects : [],
    contents: await put(`${id}/contents.json`, Buffer.from(JSON.stringify(contents))),
  }
  const bytes = manifestBytes(manifest)
  await to.write(`${id}.json`, chunksOf(bytes))
  return { id, objects: own, manifestSha256: sha256(bytes) }
}

/** Adds a proof to a stored backup. */
export async function storedProof(
  to: Exporter,
  { id, manifestSha256 }: { id: string; manifestSha256: string },
  fields: Partial<Proof> = {},
): Promise<string> {
  const finishedAt = fields.finishedAt ?? '2026-05-01T00:00:00.000Z'
  const proof: Proof = {
    proofVersion: 1,
    action: 'verify',
    ok: true,
    startedAt: finishedAt,
    finishedAt,
    durationMs: 0,
    tool: { name: 'pgark', version: '0.0.0', node: '26.0.0' },
    backup: { id, manifestSha256 },
    isWhole: true,
    definitions: false,
    compared: { tables: 2, rows: 5, digests: 2 },
    findings: [],
    ...fields,
  }
  count += 1
  const key = `${id}/proofs/${finishedAt.replaceAll(/[-:]/g, '')}-${(count % 65536).toString(16).padStart(4, '0')}.json`
  await to.write(key, chunksOf(JSON.stringify(proof)))
  return key
}
