import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type HttpFault, startFaultyHttpProxy } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'

const content = Buffer.alloc(300_000, 'abcdefg')

/** A server that answers what it was sent, behind a proxy. */
async function start(fault?: HttpFault) {
  const received: Buffer[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (!body) return
    received.push(body)
    response.writeHead(200, { 'x-host': request.headers.host, 'content-length': body.length }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await startFaultyHttpProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  proxy.choose(() => fault)
  onTestFinished(async () => {
    await proxy.stop()
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const send = async (signal?: AbortSignal) => {
    const answer = await fetch(`${proxy.url}/a?b=c`, { method: 'PUT', body: content, ...(signal && { signal }) })
    return { status: answer.status, host: answer.headers.get('x-host'), body: Buffer.from(await answer.arrayBuffer()) }
  }
  return { proxy, received, send }
}

const differing = (a: Buffer, b: Buffer) => [...a.keys()].filter((at) => a[at] !== b[at])

test('without a fault all passes as it is, the name of the host included, and is noted', async () => {
  const { proxy, send } = await start()
  const { status, host, body } = await send()
  expect(status).toBe(200)
  expect(`http://${host}`).toBe(proxy.url)
  expect(body.equals(content)).toBe(true)
  expect(proxy.requests).toMatchObject([{ method: 'PUT', path: '/a?b=c' }])
})

test('an answer of its own: the server is not asked', async () => {
  const { received, send } = await start({ kind: 'answer', status: 503, body: 'busy' })
  expect(await send()).toMatchObject({ status: 503, body: Buffer.from('busy') })
  expect(received).toEqual([])
})

test.each(['request', 'answer'] as const)('one byte of the %s is another', async (direction) => {
  const { received, send } = await start({ kind: 'flip', in: direction, byte: 200_000 })
  const { body } = await send()
  expect(differing(body, content)).toEqual([200_000])
  expect(differing(received[0] as Buffer, content)).toEqual(direction === 'request' ? [200_000] : [])
})

test('slowly, and whole', async () => {
  const { send } = await start({ kind: 'slow', in: 'request', pieceBytes: 1000 })
  expect((await send()).body.equals(content)).toBe(true)
})

test('a request that is cut never reaches the server whole', async () => {
  const { received, send } = await start({ kind: 'cut', in: 'request', afterBytes: 100_000 })
  await expect(send()).rejects.toThrow()
  expect(received).toEqual([])
})

test.each<HttpFault>([{ kind: 'cut', in: 'answer', afterBytes: 100_000 }, { kind: 'lost' }])(
  'an answer that is $kind: the server has done its work',
  async (fault) => {
    const { received, send } = await start(fault)
    await expect(send()).rejects.toThrow()
    expect(received.map((body) => body.equals(content))).toEqual([true])
  },
)

test('a stalled answer begins and does not end', async () => {
  const { proxy, received } = await start({ kind: 'stall', in: 'answer', afterBytes: 100_000 })
  const answer = await fetch(proxy.url, { method: 'PUT', body: content })
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  for (let read = 0; read < 100_000; ) read += (await reader.read()).value?.byteLength ?? Number.NaN
  const next = reader.read()
  const first = await Promise.race([next, new Promise((resolve) => setImmediate(resolve, 'nothing'))])
  expect(first).toBe('nothing')
  expect(received.length).toBe(1)
  await reader.cancel()
})
