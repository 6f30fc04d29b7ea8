import { createHash } from 'node:crypto'
import { type Exporter, type ObjectInfo, PgarkError, type UnfinishedWrite } from '../../src/index.ts'

export interface BucketFaults {
  /** Runs before a call has any effect; what it throws is what the bucket says. */
  before?: (call: 'write' | 'read' | 'list' | 'remove' | 'stat', key: string) => void
  /** What is stored of a body. */
  stores?: (key: string, bytes: Buffer) => Buffer
}

interface Stored {
  bytes: Buffer
  modifiedAt: Date
}

/** A place far away with a clock of its own: no local reads, no folders, uploads that may be unfinished. */
export function bucket(location = 'test://bucket') {
  const objects = new Map<string, Stored>()
  const uploads = new Map<string, UnfinishedWrite>()
  /** Calls in the order in which they had effect. */
  const calls: string[] = []
  const state = { now: new Date('2026-06-01T00:00:00Z'), faults: {} as BucketFaults }
  const infoOf = (key: string, { bytes, modifiedAt }: Stored): ObjectInfo => ({
    ...{ key, sizeBytes: bytes.byteLength, modifiedAt },
  })
  const exporter: Exporter = {
    specVersion: 1,
    name: 'test',
    location,
    capabilities: { range: true, remove: true, compose: false, read: true },
    async write(key, body, { overwrite = false, signal } = {}) {
      state.faults.before?.('write', key)
      if (objects.has(key) && !overwrite) throw new PgarkError('REFUSED.EXISTS', `${key} is already there.`)
      const chunks: Uint8Array[] = []
      for await (const chunk of body) {
        signal?.throwIfAborted()
        chunks.push(Buffer.from(chunk))
      }
      const bytes = Buffer.concat(chunks)
      objects.set(key, { bytes: state.faults.stores?.(key, bytes) ?? bytes, modifiedAt: state.now })
      calls.push(`write ${key}`)
      return { key, sizeBytes: bytes.byteLength }
    },
    async *read(key) {
      state.faults.before?.('read', key)
      const found = objects.get(key)
      if (!found) throw new PgarkError('DESTINATION.NOT_FOUND', `There is no ${key}.`)
      calls.push(`read ${key}`)
      for (let at = 0; at < found.bytes.byteLength; at += 5) yield found.bytes.subarray(at, at + 5)
    },
    async stat(key) {
      state.faults.before?.('stat', key)
      const found = objects.get(key)
      return found && infoOf(key, found)
    },
    async *list(prefix, { delimiter } = {}) {
      state.faults.before?.('list', prefix)
      const folded = new Set<string>()
      for (const [key, stored] of [...objects]) {
        if (!key.startsWith(prefix)) continue
        const slash = delimiter ? key.indexOf(delimiter, prefix.length) : -1
        if (slash < 0) yield infoOf(key, stored)
        else folded.add(key.slice(0, slash + 1))
      }
      for (const each of folded) yield { prefix: each }
    },
    async remove(keys) {
      for (const key of keys) {
        state.faults.before?.('remove', key)
        if (objects.delete(key)) calls.push(`remove ${key}`)
      }
    },
    async *unfinished(prefix) {
      for (const upload of uploads.values()) if (upload.key.startsWith(prefix)) yield upload
    },
    async abortUnfinished(writes) {
      for (const { id } of writes) if (uploads.delete(id)) calls.push(`abort ${id}`)
    },
    async close() {},
  }
  return {
    exporter,
    state,
    calls,
    uploads,
    keys: () => [...objects.keys()].sort(),
    /** Everything with its hash and time: two equal answers mean that nothing has changed. */
    content: () =>
      [...objects].map(([key, { bytes, modifiedAt }]) => `${key} ${sha256(bytes)} ${modifiedAt.toISOString()}`).sort(),
    damage(key: string, change: (bytes: Buffer) => Buffer) {
      const found = objects.get(key)
      if (!found) throw new Error(`there is no ${key}`)
      found.bytes = change(found.bytes)
    },
  }
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
