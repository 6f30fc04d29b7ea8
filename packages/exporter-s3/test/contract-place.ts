import type { ExporterUnderTest } from '@pgark/core/testing'
import { type FaultyHttpProxy, startS3Emulator } from '@pgark/test-servers'
import { onTestFinished } from 'vitest'
import { contractSubject } from './contract-subject.ts'
import { user } from './place.ts'

const reader = { accessKeyId: 'reader', secretAccessKey: 'another-secret', denied: ['s3:PutObject'] }

export const subject = (endpoint: string, proxies: FaultyHttpProxy[]): ExporterUnderTest => ({
  ...contractSubject(endpoint, 'shop', { writer: user, reader }, proxies),
  module: new URL(`./contract-module.ts?endpoint=${endpoint}`, import.meta.url),
})

/** A server of its own for a case. */
export async function place(): Promise<ExporterUnderTest> {
  const emulator = await startS3Emulator({ users: [user, reader], buckets: ['shop'], pageSize: 100 })
  const proxies: FaultyHttpProxy[] = []
  onTestFinished(async () => {
    for (const proxy of proxies) await proxy.stop()
    await emulator.stop()
  })
  return subject(emulator.endpoint, proxies)
}

/** Cases that wait, again and again, until an attempt is given up. */
export const isSlow = (name: string) => name.startsWith('faults: ')
