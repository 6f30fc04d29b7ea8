import { startGcsEmulator } from '@pgark/test-servers'
import type { ObjectService } from './object-service.ts'

const bucket = 'soak'
const answers = {
  busy: [503, 'backendError'],
  broken: [500, 'internalError'],
  expired: [401, 'authError'],
} as const

/** The emulator of this repository: the real service cannot be had here. */
export async function startGcsService(): Promise<ObjectService> {
  const emulator = await startGcsEmulator()
  emulator.createBucket(bucket)
  const below = (prefix: string) => (name: string) => name.startsWith(`${prefix}/`)
  return {
    endpoint: emulator.url,
    env: {},
    url: (prefix, at = emulator.url) =>
      `gs://${bucket}/${prefix}?apiEndpoint=${at}&chunkSizeBytes=262144&timeoutMs=1000&maxAttempts=4&retryDelayMs=50`,
    objects: async (prefix) => [...emulator.objects(bucket).keys()].filter(below(prefix)),
    // An upload is named by the answer to its beginning: where that was lost it stays, empty, for a week, and no one can end it.
    unfinished: async (prefix) =>
      emulator
        .openUploads()
        .filter(({ receivedBytes }) => receivedBytes > 0)
        .map(({ name }) => name)
        .filter(below(prefix)),
    answer(what) {
      const [status, reason] = answers[what]
      return { status, body: JSON.stringify({ error: { code: status, message: reason, errors: [{ reason }] } }) }
    },
    stop: () => emulator.stop(),
  }
}
