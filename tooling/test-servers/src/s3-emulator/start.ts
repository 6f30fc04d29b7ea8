import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { S3EmulatorOptions } from './handle.ts'

export interface S3Emulator {
  readonly endpoint: string
  stop(): Promise<void>
}

/**
 * Starts a small S3 server on a free loopback port: signatures, checksums, multipart uploads, ranges, listings in pages, conditions.
 * Paths have the bucket first. It runs in a thread of its own, so that what it keeps is not counted as memory of who writes there.
 */
export async function startS3Emulator(options: S3EmulatorOptions): Promise<S3Emulator> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options })
  const [endpoint] = (await once(worker, 'message')) as [string]
  return {
    endpoint,
    async stop() {
      await worker.terminate()
    },
  }
}
