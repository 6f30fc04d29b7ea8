import { once } from 'node:events'
import { MessageChannel, type Transferable, Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { workerUrl } from '../../src/definitions/wasm-locations.ts'
import type { WorkerInput } from '../../src/definitions/wasm-protocol.ts'

/** What the worker tells of a library whose `pgDump` has this body. */
async function outcomeOf(body: string): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  const library = `data:text/javascript,${encodeURIComponent(`export async function pgDump({ pg, args }) { ${body} }`)}`
  const workerData: WorkerInput = { library, args: ['x'], parameters: {}, port: port2, flag: new SharedArrayBuffer(4) }
  const worker = new Worker(workerUrl(), { workerData, transferList: [port2 as Transferable], execArgv: [] })
  onTestFinished(async () => {
    port1.close()
    await worker.terminate()
  })
  const [outcome] = await once(worker, 'message')
  return outcome
}

test('a library that does not show its filesystem is refused before it asks the server anything', async () => {
  const sslRequest = 'new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47])'
  expect(await outcomeOf(`pg.execProtocolRawSync(${sslRequest})`)).toEqual({ kind: 'no-filesystem' })
  expect(await outcomeOf(`pg.execProtocolRawStream(${sslRequest}, { onRawData() {} })`)).toEqual({
    kind: 'no-filesystem',
  })
  expect(await outcomeOf('return "text"')).toEqual({ kind: 'no-filesystem' })
})

test('the archive is taken from the filesystem as bytes, and stderr with its line ends', async () => {
  const module = 'const module = {}; module.FS = { readFile: () => new Uint8Array([0, 255, 10]) };'
  expect(await outcomeOf(`${module} module.FS.readFile('/tmp/out.sql', { encoding: 'utf8' })`)).toEqual({
    kind: 'archive',
    bytes: new Uint8Array([0, 255, 10]),
    stderr: '',
  })
  const said = 'for (const byte of new TextEncoder().encode("one: ü\\ntwo\\n")) module.stderr(byte << 24 >> 24);'
  expect(await outcomeOf(`${module} ${said} throw new Error('exit 1')`)).toEqual({
    kind: 'failed',
    stderr: 'one: ü\ntwo\n',
  })
})

test('a fault of the library is told where pg_dump said nothing', async () => {
  expect(await outcomeOf("const module = {}; module.FS = {}; throw new RangeError('no memory')")).toEqual({
    kind: 'failed',
    stderr: 'pg_dump: error: RangeError: no memory',
  })
})
