import { MessageChannel, type Transferable, Worker } from 'node:worker_threads'
import { PgarkError } from '@pgark/core'
import { pgDumpError } from './pg-dump-error.ts'
import type { DumpedArchive, ProgramRun, WasmProgram } from './program.ts'
import { libraryUrl, workerUrl } from './wasm-locations.ts'
import { ANSWERED, type ServerRequest, type WorkerInput, type WorkerOutcome } from './wasm-protocol.ts'

/**
 * Emscripten puts all arguments on a stack of 64 kB, which pg_dump needs as well: 600 `--table` flags of 27 characters (23 kB) worked,
 * 1,200 ended in "memory access out of bounds".
 */
const ARGUMENT_BYTES = 24 * 1024

/** Runs pg_dump as WASM in a thread of its own, which has ended, and given its memory back, when the promise settles. */
export async function runWasm(options: ProgramRun<WasmProgram>): Promise<DumpedArchive> {
  const { program, tunnel, signal } = options
  checkArguments(options.args)
  const flag = new SharedArrayBuffer(4)
  const { port1: port, port2 } = new MessageChannel()
  const input: WorkerInput = {
    library: libraryUrl(program.major).href,
    args: options.args,
    parameters: options.parameters,
    port: port2,
    flag,
  }
  const worker = new Worker(workerUrl(), {
    name: `pg_dump ${program.version}`,
    workerData: input,
    transferList: [port2 as Transferable],
    // Nothing of our process: neither its flags nor its environment, nor its terminal.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  })
  worker.stdout.resume()
  worker.stderr.resume()
  let onAbort = () => {}
  try {
    const outcome = await new Promise<WorkerOutcome>((resolve, reject) => {
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
      const answered = new Int32Array(flag)
      port.on('message', ({ bytes, answers }: ServerRequest) => {
        tunnel.exchange(bytes, answers).then((answer) => {
          port.postMessage(answer, [answer.buffer])
          Atomics.store(answered, 0, ANSWERED)
          Atomics.notify(answered, 0)
        }, reject)
      })
      worker.once('message', resolve)
      worker.once('error', (cause) => reject(crashed(program, cause)))
      worker.once('exit', () => reject(crashed(program)))
    })
    return archiveOf(outcome, program)
  } finally {
    signal.removeEventListener('abort', onAbort)
    port.close()
    await worker.terminate()
  }
}

function checkArguments(args: readonly string[]): void {
  // Each takes a terminating NUL and a pointer.
  const bytes = args.reduce((sum, arg) => sum + Buffer.byteLength(arg) + 5, 0)
  if (bytes <= ARGUMENT_BYTES) return
  throw new PgarkError(
    'ENGINE.PG_DUMP_UNAVAILABLE',
    `The built-in pg_dump cannot take ${args.length} arguments of ${bytes} bytes`,
    {
      hint: 'Select by schema or by pattern instead of table by table, or use --pg-dump native.',
      meta: { bytes, limit: ARGUMENT_BYTES },
    },
  )
}

function archiveOf(outcome: WorkerOutcome, program: WasmProgram): DumpedArchive {
  if (outcome.kind === 'archive') return outcome
  if (outcome.kind === 'failed') throw pgDumpError(outcome.stderr)
  throw new PgarkError(
    'ENGINE.PG_DUMP_UNAVAILABLE',
    `The built-in pg_dump ${program.version} gives no access to its files`,
    {
      hint: 'Use a pg_dump of this machine with --pg-dump native.',
      meta: { version: program.version },
    },
  )
}

function crashed(program: WasmProgram, cause?: unknown): PgarkError {
  return new PgarkError('ENGINE.PG_DUMP', `The built-in pg_dump ${program.version} stopped unexpectedly`, {
    hint: 'Use a pg_dump of this machine with --pg-dump native.',
    cause,
  })
}
