import { splitContract } from '@pgark/core/testing'
import { type FaultyHttpProxy, startS3Emulator } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { contractSubject } from './contract-subject.ts'
import { user } from './place.ts'

const reader = { accessKeyId: 'reader', secretAccessKey: 'another-secret', denied: ['s3:PutObject'] }

const subject = (endpoint: string, proxies: FaultyHttpProxy[]) => ({
  ...contractSubject(endpoint, 'shop', { writer: user, reader }, proxies),
  module: new URL(`./contract-module.ts?endpoint=${endpoint}`, import.meta.url),
})

/** A server of its own for a case. */
async function place() {
  const emulator = await startS3Emulator({ users: [user, reader], buckets: ['shop'], pageSize: 100 })
  const proxies: FaultyHttpProxy[] = []
  onTestFinished(async () => {
    for (const proxy of proxies) await proxy.stop()
    await emulator.stop()
  })
  return subject(emulator.endpoint, proxies)
}

// What can be tried does not depend on where it is.
const { runs, notRun } = await splitContract(subject('http://127.0.0.1:1', []))
for (const { name, run } of runs) test(name, async () => run(await place()))

test('what cannot be tried: nobody but the server knows which uploads are strays', () => {
  expect(notRun.map(({ missing }) => missing)).toEqual([['removeStrays']])
})
