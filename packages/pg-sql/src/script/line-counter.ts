import type { ScriptLocation } from '../errors.ts'
import { LINE_FEED } from '../lexical/character.ts'

/** Where in the script the bytes at hand stand. Counts each line end once, so it can only be asked in ascending order. */
export class LineCounter {
  #origin = 0
  #counted = 0
  #line = 1
  /** From this index on, the bytes stand elsewhere in the script: see {@link splice}. */
  #seam = Number.POSITIVE_INFINITY
  #behindSeam: ScriptLocation = { line: 1, offset: 0 }

  locate(bytes: Uint8Array, index: number): ScriptLocation {
    if (index >= this.#seam) {
      this.#origin = this.#behindSeam.offset - this.#seam
      this.#line = this.#behindSeam.line
      this.#counted = this.#seam
      this.#seam = Number.POSITIVE_INFINITY
    }
    let line = this.#line
    for (let at = this.#counted; at < index; at++) if (bytes[at] === LINE_FEED) line++
    this.#line = line
    this.#counted = Math.max(this.#counted, index)
    return { line, offset: this.#origin + index }
  }

  /** The first `count` bytes are dropped, with as many lines as are told, or else counted. */
  drop(bytes: Uint8Array, count: number): void {
    this.locate(bytes, count)
    this.#origin += count
    this.#counted -= count
    this.#seam -= count
  }

  /** All bytes up to `index` are passed, and the line ends in them are known. */
  pass(index: number, lines: number): void {
    this.#line += lines
    this.#counted = index
  }

  /** The bytes at hand are now `length` bytes that stand at `location`, and then those that stood at `index`. */
  splice(bytes: Uint8Array, index: number, length: number, location: ScriptLocation): void {
    this.#behindSeam = this.locate(bytes, index)
    this.#origin = location.offset
    this.#line = location.line
    this.#counted = 0
    this.#seam = length
  }
}
