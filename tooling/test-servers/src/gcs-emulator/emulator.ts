import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Access } from './access.ts'
import { type Answer, noBucket, refusal } from './answer.ts'
import { Bucket, type EmulatedObject } from './bucket.ts'
import { type Fault, Faults, type When } from './faults.ts'
import { listObjects, readObject, removeObject, statObject } from './objects.ts'
import { type GcsRequest, parseRequest } from './request.ts'
import { ResumableUploads } from './resumable-uploads.ts'
import { corrupted, send, wrongChecksum } from './send.ts'

/** Google Cloud Storage's JSON API on loopback, as far as backups use it, strict where the real one is, with faults on demand. */
export interface GcsEmulator {
  readonly url: string
  readonly access: Access
  /** Every request so far, in order. */
  readonly requests: readonly GcsRequest[]
  createBucket(name: string): void
  /** Complete objects by name. */
  objects(bucket: string): Map<string, EmulatedObject>
  /** Uploads that were begun and neither finished nor cancelled. */
  openUploads(): readonly { name: string; receivedBytes: number }[]
  /** The next `times` (default 1) requests of that kind meet that fault. */
  fail(when: When, fault: Fault, times?: number): void
  /** How many requests are still to meet one: 0 when everything that was armed has happened. */
  faultsLeft(): number
  /** Resolves at the next request of that kind, once its fault has begun. */
  met(when: When): Promise<GcsRequest>
  /** Faults that are still armed are gone, the list of requests is empty. */
  reset(): void
  stop(): Promise<void>
}

export interface GcsEmulatorOptions {
  /** The most entries of one page of a listing. Default 1,000, as the real one. */
  pageSize?: number
}

/** Starts the emulator on a free loopback port. */
export async function startGcsEmulator({ pageSize = 1000 }: GcsEmulatorOptions = {}): Promise<GcsEmulator> {
  const access = new Access()
  const faults = new Faults()
  const uploads = new ResumableUploads()
  const buckets = new Map<string, Bucket>()
  const requests: GcsRequest[] = []
  let waiting: { when: When; resolve: (request: GcsRequest) => void }[] = []

  function perform(request: GcsRequest, body: Buffer, fault: Fault | undefined): Answer {
    const { operation } = request
    if (operation === undefined) return refusal(501, 'notImplemented', 'The emulator does not know this.')
    if (operation === 'token') return access.exchange(body)
    const refused = access.refuse(request)
    if (refused) return refused
    const bucket = buckets.get(request.bucket)
    if (!bucket) return noBucket()
    switch (operation) {
      case 'start':
        return uploads.start(bucket, request, body)
      case 'chunk':
      case 'ask':
        return uploads.put(
          request,
          body,
          typeof fault === 'object' && 'keepAtMost' in fault ? fault.keepAtMost : undefined,
        )
      case 'cancel':
        return uploads.cancel(request)
      case 'read':
        return readObject(bucket, request)
      case 'stat':
        return statObject(bucket, request)
      case 'list':
        return listObjects(bucket, request, pageSize)
      case 'remove':
        return removeObject(bucket, request)
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = parseRequest(incoming)
    requests.push(request)
    const fault = faults.take(request)
    const limit = typeof fault === 'object' && 'cutRequestAfter' in fault ? fault.cutRequestAfter : undefined
    const body = await receive(incoming, limit)
    if (fault === 'forget-uploads') uploads.forget()
    const instead = answerOf(fault)
    if (instead) send(response, instead, undefined)
    else if (fault !== 'stall') {
      const answer = perform(request, fault === 'corrupt-request' ? corrupted(body) : body, fault)
      if (limit !== undefined) incoming.destroy()
      else send(response, fault === 'wrong-checksum' ? wrongChecksum(answer) : answer, fault)
    }
    for (const { resolve } of waiting.filter(({ when }) => isKind(request, when))) resolve(request)
    waiting = waiting.filter(({ when }) => !isKind(request, when))
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error) => {
      // A client that goes away amid its request is no fault of the emulator; anything else is.
      if (!incoming.destroyed || incoming.complete) send(response, refusal(501, 'emulator', String(error)), undefined)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    access,
    requests,
    createBucket: (name) => void buckets.set(name, new Bucket(name)),
    objects(bucket) {
      const found = buckets.get(bucket)
      if (!found) throw new Error(`Expected a bucket ${bucket}`)
      return found.objects
    },
    openUploads: () => uploads.open(),
    fail: (when, fault, times) => faults.arm(when, fault, times),
    faultsLeft: () => faults.left,
    met: (when) => new Promise((resolve) => waiting.push({ when, resolve })),
    reset() {
      faults.disarm()
      requests.length = 0
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What is answered instead of doing anything. */
function answerOf(fault: Fault | undefined): Answer | undefined {
  if (typeof fault !== 'object') return undefined
  if ('answer' in fault) return { status: fault.answerStatus ?? 200, body: Buffer.from(fault.answer) }
  if (!('status' in fault)) return undefined
  const { status, reason = 'backendError', message = 'We encountered an internal error. Please try again.' } = fault
  return refusal(status, reason, message)
}

/** A request's body, or as much of it as arrives before it is cut. */
async function receive(incoming: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  if (limit > 0) {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= limit) break
    }
  }
  return Buffer.concat(chunks).subarray(0, limit)
}

const isKind = (request: GcsRequest, when: When) =>
  typeof when === 'string' ? when === request.operation : when(request)
