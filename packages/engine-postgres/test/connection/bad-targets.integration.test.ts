import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure } from './connecting.ts'
import { listen } from './man-in-the-middle.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

const secret = 'canary5105105105105100'
const url = (port: number, parameters = '') => `postgres://me:${secret}@127.0.0.1:${port}/shop?${parameters}`

/** One sentence with the target, a hint, and nothing secret. */
async function expectRefusal(target: string, reason: RegExp): Promise<void> {
  const error = await failure(target)
  expect(error).toMatchObject({ code: 'ENGINE.CONNECT', message: expect.stringMatching(reason) })
  expect(error.message).toMatch(/^Cannot connect to me@127\.0\.0\.1:\d+\/shop: [^\n]+\.$/)
  expect(error.hint).toMatch(/./)
  expect(`${error.message} ${error.hint} ${JSON.stringify(error.meta)} ${String(error.cause)}`).not.toContain(secret)
}

describe.each(['sslmode=disable', 'sslmode=prefer', 'sslmode=require'])('%s', (mode) => {
  test('nothing listens', async () => {
    const { port, close } = await listen(() => {})
    close()
    await expectRefusal(url(port, mode), /nothing listens there/)
  })
  test('an HTTP server', async () => {
    const http = createHttpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => http.once('listening', resolve))
    try {
      await expectRefusal(url((http.address() as AddressInfo).port, mode), /speaks HTTP/)
    } finally {
      http.close()
    }
  })
  test('an SSH server, which speaks first', async () => {
    const ssh = await listen((client) => void client.write('SSH-2.0-OpenSSH_9.2\r\n'))
    await expectRefusal(url(ssh.port, mode), /speaks SSH/)
    ssh.close()
  })
  test('something else', async () => {
    const other = await listen((client) => void client.write(Buffer.alloc(64, 0x4a)))
    await expectRefusal(url(other.port, mode), /does not speak PostgreSQL's protocol/)
    other.close()
  })
  test('somebody who never says a word', async () => {
    const silent = await listen(() => {})
    const { message } = await failure({ connectionString: url(silent.port, mode), connectTimeoutMs: 300 })
    expect(message).toContain('no answer within 300 ms')
    silent.close()
  })
  test('somebody who hangs up', async () => {
    const rude = await listen((client) => client.once('data', () => client.destroy()))
    await expectRefusal(url(rude.port, mode), /closed the connection|connection was closed/)
    rude.close()
  })
})

test('a server that falls silent after TLS was agreed upon', async () => {
  const silent = await listen((client) => client.once('data', () => client.write('S')))
  const { message } = await failure({ connectionString: url(silent.port, 'sslmode=require'), connectTimeoutMs: 300 })
  expect(message).toContain('no answer within 300 ms')
  silent.close()
})

test('an unknown host', async () => {
  const error = await failure(`postgres://me:${secret}@nowhere.invalid/shop`)
  expect(error.message).toMatch(/^Cannot connect to me@nowhere.invalid:5432\/shop: the host name/)
})

test('an unknown database', async () => {
  await server.query('CREATE ROLE me LOGIN')
  await expectRefusal(url(server.port), /there is no such database/)
})

test('an unknown user', async () => {
  const error = await failure(`postgres://nobody:${secret}@127.0.0.1:${server.port}/postgres`)
  expect(error.message).toContain('does not let this user in: role "nobody" does not exist')
})

test('a server with no connection left', async () => {
  await server.query('CREATE DATABASE crowded CONNECTION LIMIT 0')
  const error = await failure(`postgres://me@127.0.0.1:${server.port}/crowded`)
  expect(error.message).toContain('no connection left')
})
