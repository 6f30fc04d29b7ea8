import { ArchiveError } from '../archive-error.ts'
import type { Pull } from '../bytes/pull.ts'
import { keepOpen } from '../reading/keep-open.ts'

/** What is read of a custom archive behind its table of contents. */
export interface BlockInput {
  readonly pull: Pull
  /** Where `pull` began in the file. */
  readonly base: number
  /** Bytes of an integer. */
  readonly intSize: number
}

export const offsetOf = ({ base, pull }: BlockInput) => base + pull.offset

/** A non-negative integer. */
export async function readCount(input: BlockInput, what: string): Promise<number> {
  const at = offsetOf(input)
  const value = countAt(await input.pull.take(1 + input.intSize, what), 0, input.intSize)
  if (value === undefined) throw corrupt(what, at)
  return value
}

/** Undefined where the bytes end before it, or where it is none. */
function countAt(bytes: Buffer, at: number, intSize: number): number | undefined {
  if (bytes.length < at + 1 + intSize || bytes[at] !== 0) return undefined
  let value = 0
  for (let index = intSize; index > 0; index--) value = value * 256 + (bytes[at + index] as number)
  return Number.isSafeInteger(value) ? value : undefined
}

export function corrupt(what: string, offset: number): ArchiveError {
  return new ArchiveError(
    'ARCHIVE.CORRUPT',
    `The archive holds a value that pg_dump never writes: ${what} (at offset ${offset})`,
    { meta: { offset } },
  )
}

/** The chunks of one piece of data, each with its length before it, ended by one without length. */
export class BlockChunks {
  readonly #input: BlockInput
  readonly #what: string
  /**
   * One for all readers, which take turns: one that stopped early, as decompressors do who read ahead, may still wait for a chunk
   * when what it left is passed over.
   */
  readonly #parts: AsyncGenerator<Uint8Array>

  constructor(input: BlockInput, what: string) {
    this.#input = input
    this.#what = what
    this.#parts = this.#read()
  }

  /** What has not been read yet, as it is stored. */
  rest(): AsyncGenerator<Uint8Array> {
    return keepOpen(this.#parts)
  }

  /** Passes over what has not been read. */
  async skip(): Promise<void> {
    for await (const _ of this.#parts);
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { parts, isEnd } = this.#atHand()
      if (parts.length > 0) yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      if (isEnd) return
      const length = await readCount(this.#input, `the length of ${this.#what}`)
      if (length === 0) return
      yield* this.#input.pull.stream(length, this.#what)
    }
  }

  /** The chunks that are there already: where nothing is compressed, pg_dump writes one for each row, too short to wait for each. */
  #atHand(): { parts: Buffer[]; isEnd: boolean } {
    const { pull, intSize } = this.#input
    const bytes = pull.atHand
    const parts: Buffer[] = []
    let at = 0
    let length = countAt(bytes, at, intSize)
    for (; length; length = countAt(bytes, at, intSize)) {
      const from = at + 1 + intSize
      if (from + length > bytes.length) break
      at = from + length
      parts.push(bytes.subarray(from, at))
    }
    const isEnd = length === 0
    pull.pass(isEnd ? at + 1 + intSize : at)
    return { parts, isEnd }
  }
}
