import { CASE_BIT } from './character.ts'

const HEAD_LETTERS = new Map([
  ['create', 'c'],
  ['or', 'o'],
  ['replace', 'r'],
  ['function', 'f'],
  ['procedure', 'p'],
])
const HEAD_WORDS = 4
const ROUTINE_HEADS = new Set(['cf', 'cp', 'corf', 'corp'])

/** The words that matter, by length. */
const KEYWORDS: readonly (readonly string[])[] = [
  [],
  [],
  ['or'],
  ['end', 'set'],
  ['copy', 'case'],
  ['begin', 'reset'],
  ['select', 'create'],
  ['replace'],
  ['function'],
  ['procedure'],
]

/** The word from `start` to `end` in lower case if it matters here, or else ''. Makes no strings: most words do not. */
export function keywordAt(bytes: Uint8Array, start: number, end: number): string {
  for (const keyword of KEYWORDS[end - start] ?? []) {
    let at = 0
    while (at < keyword.length && ((bytes[start + at] as number) | CASE_BIT) === keyword.charCodeAt(at)) at++
    if (at === keyword.length) return keyword
  }
  return ''
}

/**
 * Decides whether a semicolon ends its statement, by the rules of psql (`src/fe_utils/psqlscan.l`): not within
 * parentheses, and not within the `BEGIN ATOMIC … END` body of CREATE [OR REPLACE] FUNCTION | PROCEDURE.
 *
 * psql's heuristic is followed to the letter, its quirks included: quoted identifiers are no words, and words inside
 * parentheses open no block.
 */
export class Nesting {
  /** The statement's first word in lower case; '' before it, or if it was given as ''. */
  command = ''
  #parentheses = 0
  #blocks = 0
  #words = 0
  #head = ''
  #isRoutine = false

  /** False when the next word cannot matter, so that callers need not read it. */
  get wantsWords(): boolean {
    return this.#words === 0 || this.#isRoutine || (this.command === 'create' && this.#words < HEAD_WORDS)
  }

  /** Whether a semicolon here ends the statement. */
  get isTop(): boolean {
    return this.#parentheses === 0 && this.#blocks === 0
  }

  /** An unquoted word in lower case, or '' for one that {@link keywordAt} does not know. */
  word(text: string): void {
    if (this.#words < HEAD_WORDS) {
      if (this.#words === 0) this.command = text
      this.#head += HEAD_LETTERS.get(text) ?? '-'
      this.#isRoutine ||= ROUTINE_HEADS.has(this.#head)
    }
    this.#words++
    if (!this.#isRoutine || this.#parentheses > 0) return
    if (text === 'begin') this.#blocks++
    // CASE ends with END too, which matters only where an END could close a body.
    else if (text === 'case' && this.#blocks > 0) this.#blocks++
    else if (text === 'end' && this.#blocks > 0) this.#blocks--
  }

  open(): void {
    this.#parentheses++
  }

  close(): void {
    if (this.#parentheses > 0) this.#parentheses--
  }

  reset(): void {
    this.command = ''
    this.#parentheses = 0
    this.#blocks = 0
    this.#words = 0
    this.#head = ''
    this.#isRoutine = false
  }
}
