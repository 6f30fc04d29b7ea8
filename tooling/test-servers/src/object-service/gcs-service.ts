import { startGcsEmulator } from '../gcs-emulator/emulator.ts'
import type { ObjectService } from './object-service.ts'

const bucket = 'backups'
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
    name: 'gcs',
    bucket,
    endpoint: emulator.url,
    env: {},
    url(prefix, options = {}, at = emulator.url) {
      const query = Object.entries(options).map(([option, value]) => `&${option}=${value}`)
      return `gs://${bucket}/${prefix}?apiEndpoint=${at}${query.join('')}`
    },
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
