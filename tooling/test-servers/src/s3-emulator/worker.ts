import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { parentPort, workerData } from 'node:worker_threads'
import { failure, S3Failure } from './answers.ts'
import { emulateS3 } from './handle.ts'

const answer = emulateS3(workerData)

function answerTo(request: IncomingMessage, body: Buffer) {
  try {
    return answer(request, body)
  } catch (error) {
    return failure(error instanceof S3Failure ? error : new S3Failure(500, 'InternalError', { Message: String(error) }))
  }
}

const server = createServer(async (request, response) => {
  // A client that breaks off gets no answer, and nothing is stored.
  const received = await buffer(request).catch(() => undefined)
  if (!received) return
  const { status, headers, body = '' } = answerTo(request, received)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
