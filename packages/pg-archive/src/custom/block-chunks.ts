import { ArchiveError } from '../archive-error.ts'
import type { Pull } from '../bytes/pull.ts'

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
  const bytes = await input.pull.take(1 + input.intSize, what)
  let value = 0
  for (let index = input.intSize; index > 0; index--) value = value * 256 + (bytes[index] as number)
  if (bytes[0] !== 0 || !Number.isSafeInteger(value)) throw corrupt(what, at)
  return value
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
  /** Of the chunk that is being read. */
  #left = 0
  #isEnded = false

  constructor(input: BlockInput, what: string) {
    this.#input = input
    this.#what = what
  }

  /** What has not been read yet, as it is stored. */
  async *rest(): AsyncGenerator<Uint8Array> {
    const { pull } = this.#input
    while (!this.#isEnded) {
      if (this.#left === 0) {
        this.#left = await readCount(this.#input, `the length of ${this.#what}`)
        this.#isEnded = this.#left === 0
        continue
      }
      const part = await pull.takeUpTo(this.#left)
      // A file that ends here is told as one that ends within what was announced.
      if (part.length === 0) await pull.take(this.#left, this.#what)
      // Noted before anyone can stop reading.
      this.#left -= part.length
      yield part
    }
  }

  /** Passes over what has not been read. */
  async skip(): Promise<void> {
    for await (const _ of this.rest());
  }
}
