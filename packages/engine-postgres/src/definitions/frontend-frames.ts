import { joined, MessageScanner, messageType } from './message-scanner.ts'
import { type ServerParameters, StartupDialogue } from './startup.ts'

const QUERY = messageType('Q')
const SYNC = messageType('S')
const TERMINATE = messageType('X')

/** What has to be done with bytes that pg_dump wrote. */
export type FrontendStep =
  /** Send this back to pg_dump; the server is not asked. */
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** Send this to the server and give pg_dump the answer, which ends with the `answers`-th ReadyForQuery. */
  | { readonly kind: 'request'; readonly bytes: Uint8Array<ArrayBuffer>; readonly answers: number }

/**
 * Makes whole requests of the bytes that pg_dump's libpq writes. libpq flushes in multiples of 8 kB, so that a chunk may end
 * within a message, even within its header: what is incomplete is held until the rest comes.
 *
 * Terminate is swallowed. The connection belongs to the caller, who ends it.
 */
export class FrontendFrames {
  #startup: StartupDialogue | undefined
  readonly #scanner = new MessageScanner()
  #held: Uint8Array[] = []

  constructor(parameters: ServerParameters) {
    this.#startup = new StartupDialogue(parameters)
  }

  /** `chunk` is copied where it is kept: it may be a view on memory that changes. */
  push(chunk: Uint8Array): FrontendStep[] {
    if (this.#startup === undefined) return this.#requests(chunk)
    const { reply, rest } = this.#startup.push(chunk)
    const steps: FrontendStep[] = reply.length > 0 ? [{ kind: 'reply', bytes: reply }] : []
    if (rest === undefined) return steps
    this.#startup = undefined
    return rest.length > 0 ? [...steps, ...this.#requests(rest)] : steps
  }

  #requests(chunk: Uint8Array): FrontendStep[] {
    let completeTo = 0
    let answers = 0
    for (const { type, end } of this.#scanner.scan(chunk)) {
      // Nothing follows Terminate, and nothing incomplete can precede it.
      if (type === TERMINATE) break
      // Parse, Bind, … are answered only when their Sync is there: they wait for it.
      if (type !== QUERY && type !== SYNC) continue
      completeTo = end
      answers++
    }
    if (answers === 0) {
      this.#held.push(new Uint8Array(chunk))
      return []
    }
    const bytes = joined([...this.#held, chunk.subarray(0, completeTo)])
    this.#held = [new Uint8Array(chunk.subarray(completeTo))]
    return [{ kind: 'request', bytes, answers }]
  }
}
