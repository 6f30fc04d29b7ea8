import type { Exporter } from '@pgark/core'
import { type GcsEmulator, type GcsRequest, startGcsEmulator } from '@pgark/test-servers'
import { afterEach, beforeEach } from 'vitest'
import { type GcsOptions, gcs } from '../../src/index.ts'

export const unit = 256 * 1024

export interface EmulatedBucket {
  readonly emulator: GcsEmulator
  /** An exporter over the bucket `backups`, with chunks of one unit, and quick to try again. */
  open(options?: Partial<GcsOptions>): Exporter
  /** What lies in the bucket, by name. */
  stored(): Record<string, Buffer>
  /** The requests of that kind so far. */
  requests(operation: GcsRequest['operation']): readonly GcsRequest[]
}

/** An emulator of its own for every test. */
export function emulatedBucket(): EmulatedBucket {
  let emulator: GcsEmulator
  let opened: Exporter[] = []
  beforeEach(async () => {
    emulator = await startGcsEmulator()
    emulator.createBucket('backups')
    opened = []
  })
  afterEach(async () => {
    for (const exporter of opened) await exporter.close()
    await emulator.stop()
  })
  return {
    get emulator() {
      return emulator
    },
    open(options) {
      const quick = { chunkSizeBytes: unit, retryDelayMs: 1, maxAttempts: 4 }
      const exporter = gcs({ bucket: 'backups', apiEndpoint: emulator.url, ...quick, ...options })
      opened.push(exporter)
      return exporter
    },
    stored: () => Object.fromEntries([...emulator.objects('backups')].map(([name, { bytes }]) => [name, bytes])),
    requests: (operation) => emulator.requests.filter((request) => request.operation === operation),
  }
}
