import type { MessagePort } from 'node:worker_threads'
import type { ServerParameters } from './startup.ts'

/** What the worker thread is started with. */
export interface WorkerInput {
  /** URL of the library that carries pg_dump. */
  readonly library: string
  readonly args: readonly string[]
  readonly parameters: ServerParameters
  /** Requests to the server go out here, answers come in. */
  readonly port: MessagePort
  /** One 32-bit flag on which the worker sleeps; becomes `ANSWERED` after an answer was posted to `port`. */
  readonly flag: SharedArrayBuffer
}

export const WAITING = 0
export const ANSWERED = 1

/** From the worker: whole messages for the server. */
export interface ServerRequest {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly answers: number
}

/** How a run ended, as the worker tells it. */
export type WorkerOutcome =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array<ArrayBuffer>; readonly stderr: string }
  | { readonly kind: 'failed'; readonly stderr: string }
  /** The library is not built as expected, so that the archive cannot be taken from it. */
  | { readonly kind: 'no-filesystem' }
