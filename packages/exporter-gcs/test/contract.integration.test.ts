import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ExporterUnderTest, splitContract } from '@pgark/core/testing'
import { type Fault, type GcsRequest, startGcsEmulator } from '@pgark/test-servers'
import { afterAll, describe, expect, test } from 'vitest'
import { gcs } from '../src/index.ts'
import { unit } from './support/emulated-bucket.ts'

const emulator = await startGcsEmulator({ pageSize: 100 })
emulator.createBucket('contract-of-child')
for (const token of ['good', 'of-a-reader', 'in-trouble']) emulator.access.tokens.add(token)
const worker = new Worker(new URL('./support/emulator.worker.ts', import.meta.url))
const [elsewhere] = await once(worker, 'message')
afterAll(async () => {
  await emulator.stop()
  await worker.terminate()
})

const isOf = (token: string, { headers }: GcsRequest) => headers.authorization === `Bearer ${token}`
/** In the middle of an upload: neither its first byte nor its last. */
const isAmid = ({ operation, headers, isFinal }: GcsRequest) =>
  operation === 'chunk' && !isFinal && !headers['content-range']?.startsWith('bytes 0-')

/** Trouble that an exporter gets over: with a chunk amid an upload, with its last, and with a read. */
const passing: Record<string, { chunk?: Fault; last?: Fault; read?: Fault }> = {
  '503': { chunk: { status: 503 }, read: { status: 503 } },
  '500 at the end': { last: { status: 500 } },
  'a connection that breaks': { chunk: { cutRequestAfter: 100_000 }, read: { cutAnswerAfter: 300_000 } },
  silence: { chunk: 'stall', read: { stallAnswerAfter: 300_000 } },
  'a lost answer': { chunk: 'lose-answer', last: 'lose-answer', read: 'lose-answer' },
  'less kept than was sent': { chunk: { keepAtMost: 1000 } },
}
const lasting: Record<string, Fault> = {
  'nothing but 503': { status: 503 },
  'broken connections': { cutRequestAfter: 0 },
  silence: 'stall',
}

let places = 0
function subject(): ExporterUnderTest {
  places += 1
  const bucket = `contract-${places}`
  emulator.createBucket(bucket)
  const quick = { chunkSizeBytes: unit, retryDelayMs: 1, maxAttempts: 3 }
  const openAs = (accessToken: string, options = {}) =>
    gcs({ bucket, prefix: 'in/here', apiEndpoint: emulator.url, accessToken, ...quick, ...options })
  const inTrouble = (arm: (isMet: (request: GcsRequest) => boolean) => void) => () => {
    arm((request) => request.bucket === bucket && isOf('in-trouble', request))
    return openAs('in-trouble', { timeoutMs: 200 })
  }
  return {
    open: () => openAs('good'),
    partSizeBytes: unit,
    isCheapPerObject: true,
    unfinished: async () => emulator.openUploads().flatMap(({ bucket: at, name }) => (at === bucket ? name : [])),
    module: new URL(`./support/open-gcs.child.ts?endpoint=${encodeURIComponent(emulator.url)}`, import.meta.url),
    faults: {
      wrongCredentials: () => openAs('wrong'),
      readOnly() {
        const message = "Permission 'storage.objects.create' denied on resource (or it may not exist)."
        const isWrite = (request: GcsRequest) => request.operation === 'start' && isOf('of-a-reader', request)
        emulator.fail(isWrite, { status: 403, reason: 'forbidden', message })
        return openAs('of-a-reader')
      },
      missingPlace: () => gcs({ bucket: 'missing', apiEndpoint: emulator.url, accessToken: 'good', ...quick }),
      passing: Object.fromEntries(
        Object.entries(passing).map(([name, { chunk, last, read }]) => [
          name,
          inTrouble((isMet) => {
            if (chunk) emulator.fail((request) => isMet(request) && isAmid(request), chunk)
            if (last) emulator.fail((request) => isMet(request) && request.isFinal, last)
            if (read) emulator.fail((request) => isMet(request) && request.operation === 'read', read)
          }),
        ]),
      ),
      lasting: Object.fromEntries(
        Object.entries(lasting).map(([name, fault]) => [
          name,
          inTrouble((isMet) => emulator.fail((request) => isMet(request) && isAmid(request), fault, 100)),
        ]),
      ),
    },
  }
}

/** The contract measures the memory of this thread, where nothing of an emulator's may be. */
function subjectElsewhere(): ExporterUnderTest {
  places += 1
  const prefix = `contract-${places}`
  return {
    open: () => gcs({ bucket: 'backups', prefix, apiEndpoint: elsewhere, chunkSizeBytes: unit }),
    heldBytes: 2 * 1024 * 1024,
  }
}

describe('gcs() keeps the exporter contract', async () => {
  const { runs, notRun } = await splitContract(subject())
  for (const { name, run } of runs) test(name, () => run(subject()))

  const measured = (await splitContract(subjectElsewhere())).runs.filter(({ needs }) => needs.includes('heldBytes'))
  for (const { name, run } of measured) test(name, () => run(subjectElsewhere()))

  test("all of it, but for strays: unfinished uploads are nobody else's business, and end by themselves", () => {
    const missing = notRun.filter(({ name }) => !measured.some((each) => each.name === name))
    expect(new Set(missing.flatMap((each) => each.missing))).toEqual(new Set(['removeStrays']))
  })
})
