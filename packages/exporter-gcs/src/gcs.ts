import { randomUUID } from 'node:crypto'
import type { Exporter } from '@pgark/core'
import { accessTokens } from './access/access-tokens.ts'
import { type Bucket, findObject, listObjects, removeObjects } from './objects/bucket-objects.ts'
import { infoOf } from './objects/object-resource.ts'
import { readObject } from './objects/read-object.ts'
import type { GcsOptions } from './options/gcs-options.ts'
import { resolveOptions } from './options/resolve-options.ts'
import { place } from './place.ts'
import { service } from './requests/service.ts'
import { transport } from './requests/transport.ts'
import { chunkBuffers } from './upload/chunk-buffers.ts'
import { writeObject } from './upload/write-object.ts'

/**
 * A bucket of Google Cloud Storage, or a prefix in one. Throws `USAGE.OPTIONS` at once, with everything that is wrong; credentials are
 * looked for and servers asked with the first call.
 *
 * An object is sent by one resumable upload, in chunks that are held until the server confirms them, and is there when the last has
 * been; what else fails leaves nothing. Its crc32c is checked by the server before it stores it, and here once more. An existing
 * object is replaced only with `overwrite`, which the server sees to.
 *
 * ```ts
 * await backup({ engine: postgres(url), to: gcs({ bucket: 'my-backups', prefix: 'shop' }) })
 * ```
 */
export function gcs(options: GcsOptions): Exporter {
  const resolved = resolveOptions(options)
  const { storageClass, kmsKeyName } = resolved
  const connections = transport(resolved.timeoutMs)
  const bucket: Bucket = {
    place: place(resolved),
    service: service(connections, accessTokens(resolved), resolved),
  }
  const buffers = chunkBuffers(resolved.chunkSizeBytes)
  const exporter: Exporter = {
    specVersion: 1,
    name: 'gcs',
    location: bucket.place.location,
    identity: bucket.place.identity,
    capabilities: { range: true, remove: true, compose: false, read: true },
    write: (key, body, given = {}) => writeObject(bucket, buffers, key, body, { storageClass, kmsKeyName, ...given }),
    read: (key, given = {}) => readObject(bucket, key, given),
    async stat(key, { signal } = {}) {
      const found = await findObject(bucket, key, signal)
      return found && infoOf(key, found)
    },
    list: (prefix, given = {}) => listObjects(bucket, prefix, given),
    remove: (keys, { signal } = {}) => removeObjects(bucket, keys, signal),
    async probe({ signal } = {}) {
      const key = `.pgark-probe-${randomUUID()}`
      await exporter.write(key, nothing(), { ...(signal && { signal }) })
      // Without the signal: once it is there, it has to go.
      await exporter.remove([key])
      return { freeBytes: undefined }
    },
    close: async () => connections.close(),
  }
  return exporter
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
