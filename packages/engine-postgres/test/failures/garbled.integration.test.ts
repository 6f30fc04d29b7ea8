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

async function connect() {
  const options = resolveOptions({ connectionString: server.url(), port: proxy.port, applicationName })
  return await createConnector(options).connect(new AbortController().signal)
}

test('a message that nobody waits for ends the connection, not the process', async () => {
  const client = await connect()
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

test('a row that is lost on the way is missed', async () => {
  const client = await connect()
  const sql = 'SELECT i AS "1" FROM generate_series(1, 3) i'
  expect((await client.query(sql)).rows).toHaveLength(3)
  // RowDescription (T) of one column with a name of one byte; then comes DataRow, which pg passes over as CopyData.
  proxy.when('server', proxy.passed.server + 1 + 4 + 2 + 2 + 18, () => proxy.garble(5))
  await expect(client.query(sql)).rejects.toMatchObject({
    code: 'ENGINE.PROTOCOL',
    message: 'The server sent 2 rows, and says that they are 3.',
  })
  await client.end()
})
