import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectNothingLeft, type Run, untilNoConnection } from '../snapshot/run-backup.ts'
import { interruptedAt, type Phase, phases } from './phases.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(16)
})
afterAll(() => server.stop())

for (const phase of phases) {
  for (const serializable of phase === 'waiting for a lock' ? [false, true] : [false]) {
    test(`a backup that is aborted ${phase}${serializable ? ' (serializable)' : ''} ends with the reason`, async () => {
      await expectAborted(phase, { serializable })
    })
  }
}

for (const format of ['custom', 'directory']) {
  test(`a ${format} backup that is aborted in the data ends with the reason`, async () => {
    await expectAborted('in the data', { format, compression: 'none' })
  })
}

async function expectAborted(phase: Phase, run: Run): Promise<void> {
  const controller = new AbortController()
  const reason = new Error('enough')
  const { signal } = controller
  const abort = () => controller.abort(reason)
  const { start, folder, cleanUp } = await interruptedAt(server, phase, abort, { ...run, signal })
  await expect(start()).rejects.toBe(reason)
  // While what was waited for is still locked: the server is told, and does not wait on for nobody.
  await untilNoConnection(server)
  await cleanUp()
  await expectNothingLeft(server, folder)
}

test('a backup that was aborted before it began makes no connection', async () => {
  const reason = new Error('enough')
  const never = () => expect.unreachable()
  const { start, folder } = await interruptedAt(server, 'listed', never, { signal: AbortSignal.abort(reason) })
  await expect(start()).rejects.toBe(reason)
  await expectNothingLeft(server, folder)
})
