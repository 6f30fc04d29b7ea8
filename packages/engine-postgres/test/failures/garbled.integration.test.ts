import { type FaultyProxy, startFaultyProxy, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConnector } from '../../src/connection/connect.ts'
import { resolveOptions } from '../../src/options.ts'
import { runStatement } from '../../src/restore/raw-statement.ts'
import { applicationName, untilNoConnection } from '../snapshot/run-backup.ts'

let server: TestServer
let proxy: FaultyProxy
beforeAll(async () => {
  server = await startServer(16)
  proxy = await startFaultyProxy(server.port)
})
afterAll(async () => {
  await proxy.stop()
  await server.stop()
})

test('a message that nobody waits for ends the connection, not the process', async () => {
  const options = resolveOptions({ connectionString: server.url(), port: proxy.port, applicationName })
  const client = await createConnector(options).connect(new AbortController().signal)
  // ParseComplete and BindComplete have five bytes each; then comes DataRow (D), which this bit turns into CopyData (d).
  proxy.when('server', proxy.passed.server + 10, () => proxy.garble(5))
  await expect(runStatement(client, Buffer.from('SELECT 1'))).rejects.toMatchObject({
    code: 'ENGINE.PROTOCOL',
    retryable: true,
    cause: expect.any(TypeError),
  })
  await client.end()
  await untilNoConnection(server)
})
