import { type ScriptLocation, SqlScriptError } from '../errors.ts'
import { LineCounter } from './line-counter.ts'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * A window over the script: the chunk at hand, preceded by the few bytes of the last one that were not read yet. Bytes
 * handed out are never overwritten.
 */
export class ScriptInput {
  bytes: Buffer = Buffer.alloc(0)
  /** Index of the first byte that is not read yet. */
  position = 0
  /** Whether nothing follows the bytes at hand. */
  isEnded = false
  /** The chunk that the bytes at hand are, where they are no more and no less than one. */
  #chunk: Uint8Array | undefined
  readonly #source: AsyncIterator<Uint8Array>
  readonly #lines = new LineCounter()
  #nul = -1

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Index up to which SQL may be read: the next NUL byte, or else the end of the bytes at hand. */
  get limit(): number {
    if (this.#nul < this.position) {
      const found = this.bytes.indexOf(0, this.position)
      this.#nul = found === -1 ? this.bytes.length : found
    }
    return this.#nul
  }

  /** Whether nothing at all follows `limit`. */
  get isLast(): boolean {
    return this.isEnded && this.limit === this.bytes.length
  }

  locate(index: number): ScriptLocation {
    return this.#lines.locate(this.bytes, index)
  }

  /** Bytes that were passed. A whole chunk is let go as it came: it may be lent, and be handed back before the next one is asked for. */
  passed(from: number, to: number): Uint8Array {
    const chunk = this.#chunk
    if (chunk?.length !== to - from) return this.bytes.subarray(from, to)
    this.#lines.drop(this.bytes, this.position)
    this.#take([])
    return chunk
  }

  /** Passes COPY data whose line ends are already counted. */
  pass(index: number, lines: number): void {
    this.#lines.pass(index, lines)
    this.position = index
  }

  /** Drops what is read and takes the next chunk; fails if a NUL byte is what stopped the reader. */
  async moreSql(): Promise<void> {
    const { limit } = this
    if (limit < this.bytes.length) {
      const at = this.locate(limit)
      const hint = 'Is it a plain SQL script? Archives of pg_dump (custom, tar) and UTF-16 files are not.'
      throw new SqlScriptError('SCRIPT.NUL_BYTE', `The script has a NUL byte on line ${at.line}`, at, hint)
    }
    await this.more()
  }

  /** Drops what is read and takes the next chunk, or sets `isEnded`. */
  async more(): Promise<void> {
    const kept = this.bytes.subarray(this.position)
    this.#lines.drop(this.bytes, this.position)
    const parts: Uint8Array[] = kept.length > 0 ? [kept] : []
    let added = 0
    // At least as much as was kept: a token that spans many chunks is looked at again only each time it has doubled.
    while (added === 0 || added < kept.length) {
      const next = await this.#source.next()
      if (next.done) {
        this.isEnded = true
        break
      }
      if (!(next.value instanceof Uint8Array)) {
        throw new TypeError(`Expected the script's chunks to be Uint8Array, got ${typeof next.value}`)
      }
      if (next.value.length > 0) parts.push(next.value)
      added += next.value.length
    }
    this.#take(parts)
  }

  async skipByteOrderMark(): Promise<void> {
    while (!this.isEnded && this.bytes.length < 3 && BYTE_ORDER_MARK.indexOf(this.bytes) <= 0) await this.more()
    if (this.bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) this.position = 3
  }

  /** Puts `rest`, which stands at `location`, before what is not read yet. */
  splice(rest: Uint8Array, location: ScriptLocation): void {
    this.#lines.splice(this.bytes, this.position, rest.length, location)
    this.#take([rest, this.bytes.subarray(this.position)])
  }

  #take(parts: readonly Uint8Array[]): void {
    const [only] = parts
    if (only === undefined) this.bytes = Buffer.alloc(0)
    else if (parts.length > 1) this.bytes = Buffer.concat(parts)
    else this.bytes = Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    this.#chunk = parts.length === 1 ? only : undefined
    this.position = 0
    this.#nul = -1
  }

  /** Lets the source release what it holds. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }
}
