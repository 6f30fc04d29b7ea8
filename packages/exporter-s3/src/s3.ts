import { type Exporter, refuseProblems } from '@pgark/core'
import { openBucket } from './connection/bucket.ts'
import { identityOf } from './connection/identity.ts'
import { optionProblems } from './options/option-problems.ts'
import { resolveOptions, type S3Options } from './options/s3-options.ts'
import { probeBucket } from './probe.ts'
import { listObjects } from './read/list-objects.ts'
import { readObject } from './read/read-object.ts'
import { head } from './read/stat.ts'
import { removeObjects } from './remove/remove-objects.ts'
import { abortUpload } from './uploads/abort-upload.ts'
import { unfinishedWrites } from './uploads/list-uploads.ts'
import { Gate } from './write/gate.ts'
import { PartMemory } from './write/part-memory.ts'
import { type Writing, writeObject } from './write/write-object.ts'

/**
 * A bucket of Amazon S3, or of another service that speaks its protocol. Objects go there straight from the database, in bounded
 * memory, and are there whole or not at all. Throws `USAGE.OPTIONS` with everything that is wrong with the options; the network is
 * first used when something is written or read.
 *
 * ```ts
 * await backup({ engine: postgres(url), to: s3({ bucket: 'my-backups', prefix: 'shop' }) })
 * ```
 */
export function s3(options: S3Options): Exporter {
  refuseProblems(optionProblems(options))
  const resolved = resolveOptions(options)
  const bucket = openBucket(resolved)
  const writing: Writing = {
    bucket,
    memory: new PartMemory(),
    gate: new Gate(resolved.concurrency),
    uploads: new Set(),
  }
  return {
    specVersion: 1,
    name: 's3',
    location: bucket.location,
    identity: identityOf(resolved),
    capabilities: { range: true, remove: true, compose: false, read: true },
    write: (key, body, options = {}) => writeObject(writing, key, body, options),
    read: (key, options = {}) => readObject(bucket, key, options),
    async stat(key, options = {}) {
      const found = await head(bucket, key, options)
      if (!found) return undefined
      return { key, sizeBytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) }
    },
    list: (prefix, options = {}) => listObjects(bucket, prefix, options),
    remove: (keys, options = {}) => removeObjects(bucket, keys, options),
    unfinished: (prefix, { signal } = {}) => unfinishedWrites(bucket, prefix, writing.uploads, signal),
    async abortUnfinished(writes, { signal } = {}) {
      for (const write of writes) await abortUpload(bucket, write, signal)
    },
    async probe(options = {}) {
      await probeBucket(bucket, options)
      return { freeBytes: undefined }
    },
    close: () => bucket.close(),
  }
}
