import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { FrontendFrames } from './frontend-frames.ts'
import { joined } from './message-scanner.ts'
import { captureFilesystem } from './wasm-filesystem.ts'
import { ANSWERED, type ServerRequest, WAITING, type WorkerInput, type WorkerOutcome } from './wasm-protocol.ts'

/**
 * The connection that the library expects: a PGlite, whose calls are synchronous. 0.3.6 calls `execProtocolRawSync`, 0.4.8
 * `execProtocolRawStream`; what it does around the dump (`query`, `exec`) restores a session that is not used again.
 */
interface Connection {
  execProtocolRawSync(written: Uint8Array): Uint8Array
  execProtocolRawStream(written: Uint8Array, options: { onRawData(answer: Uint8Array): void }): void
  query(): Promise<{ rows: { search_path: string }[] }>
  exec(): Promise<unknown[]>
}
interface Library {
  pgDump(options: { pg: Connection; args: string[] }): Promise<unknown>
}

const { library, args, parameters, port, flag } = workerData as WorkerInput
const answered = new Int32Array(flag)
const frames = new FrontendFrames(parameters)
const filesystem = captureFilesystem()

// biome-ignore lint/style/noRestrictedGlobals: Emscripten has no other way to be told argv[0], by which pg_dump calls itself. The thread's own.
process.argv[1] = 'pg_dump'
const { pgDump } = (await import(library)) as Library

class NoFilesystem extends Error {}

/** The worker sleeps until the main thread has the answer: pg_dump's read and write are synchronous. */
function ask(request: ServerRequest): Uint8Array {
  Atomics.store(answered, 0, WAITING)
  port.postMessage(request, [request.bytes.buffer])
  while (Atomics.load(answered, 0) !== ANSWERED) Atomics.wait(answered, 0, WAITING)
  return receiveMessageOnPort(port)?.message as Uint8Array
}

/** Everything that pg_dump can read after having written this. In one piece: the library's way to append is quadratic. */
function answerTo(written: Uint8Array): Uint8Array {
  // pg_dump has done nothing yet when it writes its first bytes.
  if (!filesystem.isCaptured) throw new NoFilesystem()
  return joined(frames.push(written).map((step) => (step.kind === 'reply' ? step.bytes : ask(step))))
}

const connection: Connection = {
  execProtocolRawSync: answerTo,
  execProtocolRawStream: (written, { onRawData }) => onRawData(answerTo(written)),
  query: async () => ({ rows: [{ search_path: '""' }] }),
  exec: async () => [],
}

async function run(): Promise<WorkerOutcome> {
  try {
    await pgDump({ pg: connection, args: [...args] })
  } catch (error) {
    if (error instanceof NoFilesystem || !filesystem.isCaptured) return { kind: 'no-filesystem' }
    // Without a word of pg_dump itself the fault is in the library or in WASM (out of memory, stack overflow).
    return { kind: 'failed', stderr: filesystem.stderr || `pg_dump: error: ${String(error)}` }
  }
  return filesystem.archive
    ? { kind: 'archive', bytes: filesystem.archive, stderr: filesystem.stderr }
    : { kind: 'no-filesystem' }
}

const outcome = await run()
parentPort?.postMessage(outcome, outcome.kind === 'archive' ? [outcome.bytes.buffer] : [])
