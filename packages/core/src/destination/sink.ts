import { createHash } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'
import type { HashedObject, ObjectSink } from '../contracts/objects.ts'
import type { RunContext } from '../contracts/run.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import type { BackupLayout } from './layout.ts'
import { takeManifest } from './take-manifest.ts'

export interface BackupSink extends ObjectSink {
  /** Everything stored so far. */
  readonly stored: readonly HashedObject[]
  /** Their names, as the engine gave them. */
  readonly names: ReadonlySet<string>
}

/**
 * Hashes what passes and hands it to the exporter. Where an existing single file is to be replaced, its manifest goes once the
 * new bytes are complete and before they take its name, so that no manifest ever stands beside a file that it does not describe;
 * it comes back when they could not take it.
 */
export function createSink(exporter: Exporter, layout: BackupLayout, run: RunContext, overwrite: boolean): BackupSink {
  const stored: HashedObject[] = []
  const names = new Set<string>()
  const replacesSingle = overwrite && exporter.objectKey !== undefined && exporter.capabilities.remove
  return {
    stored,
    names,
    async write(name, body, options = {}) {
      const key = layout.objectKey(name)
      const hash = createHash('sha256')
      let sizeBytes = 0
      let putManifestBack = async () => {}
      async function* hashed() {
        for await (const chunk of body) {
          hash.update(chunk)
          sizeBytes += chunk.byteLength
          yield chunk
        }
        if (replacesSingle) putManifestBack = await takeManifest(exporter, key, layout.manifestKey)
      }
      const signal = options.signal ?? run.signal
      const answer = await exporter.write(key, hashed(), { signal, overwrite }).catch(async (error) => {
        await putManifestBack().catch(() => {
          const message = `${key} still holds the backup before, but its manifest could not be put back.`
          run.onEvent({ type: 'warning', code: 'DESTINATION.NO_MANIFEST', message })
        })
        throw error
      })
      const object = { key, sizeBytes, sha256: hash.digest('hex') }
      stored.push(object)
      names.add(name)
      if (answer.sizeBytes !== sizeBytes) {
        throw new PgarkError(
          'DESTINATION.SIZE',
          `${key} has ${answer.sizeBytes} bytes at its destination, ${sizeBytes} were sent.`,
        )
      }
      run.onEvent({ type: 'object', ...object })
      return object
    },
  }
}
