import { type ScriptLocation, SqlScriptError } from '../errors.ts'
import { BACKSLASH, CARRIAGE_RETURN, DOT, LINE_FEED } from '../lexical/character.ts'
import type { CopyData } from './item.ts'
import type { ScriptInput } from './script-input.ts'

/** Rows shorter than this are looked through in place; for longer ones a native search beats the loop. */
const LOOP_BYTES = 48
const UNDECIDED = -1

/** Hands out COPY data as views of the input's chunks, holding back at most the three bytes that may begin the end. */
export class CopyBlock implements CopyData {
  rows = 0
  readonly #input: ScriptInput
  readonly #statement: ScriptLocation
  readonly #maxRowBytes: number
  #isLineStart = true
  /** Bytes of the line at hand that were handed out already. */
  #begunBytes = 0
  #isDone = false

  constructor(input: ScriptInput, statement: ScriptLocation, maxRowBytes: number) {
    this.#input = input
    this.#statement = statement
    this.#maxRowBytes = maxRowBytes
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let part = await this.#next(); part !== undefined; part = await this.#next()) yield part
  }

  /** Reads to the end whatever was not read yet. */
  async skip(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#isDone) {
      const { bytes, position } = this.#input
      const end = this.#scan(bytes, position)
      if (end > position) return this.#input.passed(position, end)
      if (this.#isDone) break
      if (this.#input.isEnded) throw unterminatedCopy(this.#statement)
      await this.#input.more()
    }
    return undefined
  }

  /** Moves the input behind the data at hand, and behind the terminator if it is there; returns the data's end. */
  #scan(bytes: Buffer, from: number): number {
    let at = from
    let rows = 0
    let end = -1
    while (at < bytes.length) {
      if (this.#isLineStart && bytes[at] === BACKSLASH) {
        const behind = terminatorEnd(bytes, at, this.#input.isEnded)
        if (behind === UNDECIDED) break
        if (behind > 0) {
          end = at
          this.#isDone = true
          this.#input.pass(behind, rows + 1)
          break
        }
      }
      const next = lineEnd(bytes, at)
      const rowBytes = this.#begunBytes + (next === -1 ? bytes.length : next) - at
      if (rowBytes > this.#maxRowBytes) throw this.#rowTooLong(at)
      this.#begunBytes = next === -1 ? rowBytes : 0
      this.#isLineStart = next !== -1
      if (next === -1) {
        at = bytes.length
        break
      }
      rows++
      at = next + 1
    }
    this.rows += rows
    if (end !== -1) return end
    this.#input.pass(at, rows)
    return at
  }

  #rowTooLong(at: number): SqlScriptError {
    const { line, offset } = this.#input.locate(at)
    return new SqlScriptError(
      'SCRIPT.ROW_TOO_LONG',
      `Line ${line}, in the data of the COPY statement on line ${this.#statement.line}, is longer than ${this.#maxRowBytes} bytes`,
      { line, offset: offset - this.#begunBytes },
      'PostgreSQL takes no such row: the script is damaged, or PostgreSQL did not write it.',
    )
  }
}

/** Thrown where the data of the COPY statement at `location` is cut short. */
export function unterminatedCopy(location: ScriptLocation): SqlScriptError {
  return new SqlScriptError(
    'SCRIPT.UNTERMINATED',
    `The script ends within the data of the COPY statement on line ${location.line}`,
    location,
    'The script was cut short; the data must end with a line that is exactly \\.',
  )
}

function lineEnd(bytes: Buffer, from: number): number {
  const loopEnd = Math.min(bytes.length, from + LOOP_BYTES)
  for (let at = from; at < loopEnd; at++) if (bytes[at] === LINE_FEED) return at
  return loopEnd < bytes.length ? bytes.indexOf(LINE_FEED, loopEnd) : -1
}

/** The index behind a terminator line that begins at the backslash at `at`, 0 if there is none. */
function terminatorEnd(bytes: Buffer, at: number, isLast: boolean): number {
  if (at + 1 === bytes.length) return isLast ? 0 : UNDECIDED
  if (bytes[at + 1] !== DOT) return 0
  let end = at + 2
  if (bytes[end] === CARRIAGE_RETURN) end++
  if (end === bytes.length) return isLast ? end : UNDECIDED
  return bytes[end] === LINE_FEED ? end + 1 : 0
}
