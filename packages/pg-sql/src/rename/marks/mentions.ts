/** As PostgreSQL folds what is not quoted: ASCII only, in every encoding that this parser reads. */
export const fold = (word: string): string => word.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())

/** Without the dollar, which a name may have, but which also stands around literals. */
const RUNS = /[\w\u0080-\uffff]+/g
const QUOTING = /['"\\]/g
/** Escapes can spell any name. */
const ESCAPES = /\\[0-7xuU]|[uU]&['"]/
const MAX_NAME_BYTES = 63

/** PostgreSQL cuts longer names off, perhaps to one that is looked for. */
export const isTooLong = (name: string): boolean =>
  name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES

/** Finds words in text, whatever its quoting and capitals, in time that does not grow with their number. */
export class Mentions {
  readonly #words: ReadonlySet<string>
  /** Words with other characters. */
  readonly #irregular: readonly string[]

  constructor(words: ReadonlySet<string>) {
    const folded = [...words].map((word) => fold(word).replace(QUOTING, ''))
    this.#words = new Set(folded)
    this.#irregular = folded.filter((word) => word.match(RUNS)?.[0] !== word)
  }

  /** Whether one of the words stands in the text, as a word of its own. */
  isIn(text: string): boolean {
    return this.#hasIrregular(text) || runsOf(text).some((run) => this.#words.has(fold(run)))
  }

  /** Whether SQL or a literal as written, quotes and all, may have one of the words, however it is spelt. */
  mayBeIn(source: string): boolean {
    return ESCAPES.test(source) || this.isIn(source) || runsOf(source).some(isTooLong)
  }

  #hasIrregular(text: string): boolean {
    if (this.#irregular.length === 0) return false
    const bare = fold(text).replace(QUOTING, '')
    return this.#irregular.some((word) => bare.includes(word))
  }
}

const runsOf = (text: string): readonly string[] => text.match(RUNS) ?? []
