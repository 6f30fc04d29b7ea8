import { createHash } from 'node:crypto'
import type { NamedObject, ObjectSink } from '../contracts/objects.ts'
import type { RunContext } from '../contracts/run.ts'
import type { BackupDestinations } from './backup-destinations.ts'
import { shareBody } from './shared-body.ts'

export interface BackupSink extends ObjectSink {
  /** Everything stored so far. */
  readonly stored: readonly NamedObject[]
}

/** Hashes what passes, once, and hands it to every destination. What is the body's failure is none of theirs. */
export function createSink(destinations: BackupDestinations, run: RunContext): BackupSink {
  const stored: NamedObject[] = []
  return {
    stored,
    async write(name, body, { signal = run.signal } = {}) {
      const hash = createHash('sha256')
      let sizeBytes = 0
      let ofBody: { error: unknown } | undefined
      let isStopped = false
      async function* hashed() {
        try {
          for await (const chunk of body) {
            hash.update(chunk)
            sizeBytes += chunk.byteLength
            yield chunk
          }
        } catch (error) {
          ofBody = { error }
          throw error
        }
      }
      const join = shareBody(hashed(), destinations.live.length)
      await destinations.each(async (destination, stopping) => {
        const branch = join()
        try {
          await destination.write(name, branch, stopping)
        } catch (error) {
          if (!ofBody && !signal.aborted) throw error
          isStopped = true
        } finally {
          await branch.return()
        }
      }, signal)
      if (ofBody) throw ofBody.error
      // What is stored everywhere stays good when the connection that it came from is lost only then.
      if (isStopped) signal.throwIfAborted()
      const bytes = { sizeBytes, sha256: hash.digest('hex') }
      const object = { name, ...bytes }
      stored.push(object)
      for (const { to, layout } of destinations.live) {
        run.onEvent({ type: 'object', key: layout.objectKey(name), ...bytes, location: to.location })
      }
      return object
    },
  }
}
