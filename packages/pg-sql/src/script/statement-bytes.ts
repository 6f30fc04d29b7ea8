import { type ScriptLocation, SqlScriptError } from '../errors.ts'

const NOTHING = Buffer.alloc(0)

/** Collects one statement that comes in pieces. Capacity doubles, so any number of pieces costs linear time. */
export class StatementBytes {
  readonly #maxBytes: number
  #buffer: Buffer = NOTHING
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
    const length = this.#length + piece.length
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * length, this.#maxBytes)))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    this.#buffer.set(piece, this.#length)
    this.#length = length
  }

  /** The statement, which ends with `last`, and starts the next one. A statement in one piece is not copied. */
  take(last: Buffer): Buffer {
    if (this.#length === 0) return last
    this.add(last)
    const sql = this.#buffer.subarray(0, this.#length)
    this.#buffer = NOTHING
    this.#length = 0
    return sql
  }
}
