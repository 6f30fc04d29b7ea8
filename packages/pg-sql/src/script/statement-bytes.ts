import { type ScriptLocation, SqlScriptError } from '../errors.ts'

/** Blocks grow with the statement up to this size, so that many pieces cost few blocks and a long statement little slack. */
const LARGEST_BLOCK = 16 * 1024 * 1024
const SMALLEST_BLOCK = 4096

/** Collects one statement that comes in pieces, each copied once: any number of pieces costs linear time and no more memory. */
export class StatementBytes {
  readonly #maxBytes: number
  #full: Uint8Array[] = []
  #block: Buffer = Buffer.alloc(0)
  #blockLength = 0
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Fails if the statement is `extra` bytes longer than what is collected, and that is too long. */
  check(extra: number, location: ScriptLocation): void {
    if (this.#length + extra <= this.#maxBytes) return
    throw new SqlScriptError(
      'SCRIPT.STATEMENT_TOO_LONG',
      `The statement on line ${location.line} is longer than ${this.#maxBytes} bytes`,
      location,
      'Raise `maxStatementBytes`, or write the script with COPY instead of one long INSERT.',
    )
  }

  /** Adds a copy of a piece. */
  add(piece: Uint8Array): void {
    const room = this.#block.length - this.#blockLength
    this.#append(piece.subarray(0, room))
    if (piece.length <= room) return
    const rest = piece.subarray(room)
    this.#full.push(this.#block)
    const wanted = Math.max(SMALLEST_BLOCK, Math.min(this.#length, LARGEST_BLOCK))
    this.#block = Buffer.allocUnsafeSlow(Math.max(rest.length, wanted))
    this.#blockLength = 0
    this.#append(rest)
  }

  /** The statement, which ends with `last`, and starts the next one. A statement in one piece is not copied. */
  take(last: Buffer): Buffer {
    if (this.#length === 0) return last
    const sql = Buffer.concat([...this.#full, this.#block.subarray(0, this.#blockLength), last])
    this.#full = []
    this.#block = Buffer.alloc(0)
    this.#blockLength = 0
    this.#length = 0
    return sql
  }

  #append(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#blockLength)
    this.#blockLength += bytes.length
    this.#length += bytes.length
  }
}
