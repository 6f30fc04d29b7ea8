import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import type { Fault } from './faults.ts'

/** Sends an answer, as far as its fault lets it. */
export function send(response: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  if (fault === 'withhold-answer') return
  if (fault === 'lose-answer') {
    response.destroy()
    return
  }
  const { status, headers = {}, body = Buffer.alloc(0) } = answer
  const aheadMs = typeof fault === 'object' && 'clockAheadMs' in fault ? fault.clockAheadMs : 0
  response.writeHead(status, {
    ...headers,
    'content-length': String(body.length),
    date: new Date(Date.now() + aheadMs).toUTCString(),
  })
  if (typeof fault === 'object' && 'cutAnswerAfter' in fault) {
    response.write(body.subarray(0, fault.cutAnswerAfter), () => response.destroy())
  } else if (typeof fault === 'object' && 'stallAnswerAfter' in fault) {
    response.write(body.subarray(0, fault.stallAnswerAfter))
  } else {
    response.end(fault === 'corrupt-answer' ? corrupted(body) : body)
  }
}

/** The same bytes but for one bit in their middle. */
export function corrupted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}

/** An answer with an object whose crc32c is another one. */
export function wrongChecksum(answer: Answer): Answer {
  const resource = JSON.parse(answer.body?.toString() || '{}')
  return { ...answer, body: Buffer.from(JSON.stringify({ ...resource, crc32c: 'AAAAAA==' })) }
}
