import { type S3EmulatorOptions, startFaultyHttpProxy, startS3Emulator } from '@pgark/test-servers'
import { onTestFinished } from 'vitest'
import { type S3Options, s3 } from '../src/index.ts'
import { requests } from './faults.ts'
import { optionsFor, user } from './place.ts'

/** A bucket of the emulator behind a proxy, as long as the test takes. */
export async function start(emulated: Partial<S3EmulatorOptions> = {}, more: Partial<S3Options> = {}) {
  const emulator = await startS3Emulator({ users: [user], buckets: ['shop'], ...emulated })
  const proxy = await startFaultyHttpProxy(emulator.endpoint)
  const options = optionsFor(proxy.url, 'shop', more)
  const place = s3(options)
  onTestFinished(async () => {
    await place.close()
    await proxy.stop()
    await emulator.stop()
  })
  const sent = (kind: keyof typeof requests) => proxy.requests.filter(requests[kind]).length
  return { place, proxy, options, sent }
}

export async function allOf<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = []
  for await (const item of items ?? []) found.push(item)
  return found
}

export async function* zeros(sizeBytes: number) {
  const chunk = Buffer.alloc(256 * 1024)
  for (let at = 0; at < sizeBytes; at += chunk.length) yield chunk.subarray(0, sizeBytes - at)
}
