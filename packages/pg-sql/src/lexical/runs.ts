import {
  CASE_BIT,
  characterClass,
  continuesWord,
  DASH,
  DIGIT,
  DOT,
  LETTER,
  LOWER_E,
  PLUS,
  UNDERSCORE,
} from './character.ts'

/**
 * The end of a number that begins at `at`, with fraction, exponent and the word that follows directly, as PostgreSQL reads
 * it since 15; in `1..10` the number is `1`. A sign behind the E belongs to the number even where no digit follows: the two
 * dashes of `1E--` begin no comment.
 */
export function numberEnd(bytes: Buffer, at: number, limit: number): number {
  let end = digitsEnd(bytes, at, limit)
  if (end < limit && bytes[end] === DOT && !(end + 1 < limit && bytes[end + 1] === DOT)) {
    end = digitsEnd(bytes, end + 1, limit)
  }
  if (end + 1 < limit && isSignedExponent(bytes, end)) {
    end += 2
    if (end === limit || characterClass(bytes[end]) !== DIGIT) return end
    end = digitsEnd(bytes, end, limit)
  }
  return wordEnd(bytes, end, limit)
}

/** The end of a word, or of digits with the word that follows. */
export function wordEnd(bytes: Buffer, at: number, limit: number): number {
  let end = at
  let kind = characterClass(bytes[end])
  while (end < limit && kind === DIGIT) kind = characterClass(bytes[++end])
  if (kind !== LETTER) return end
  while (end < limit && continuesWord(bytes[end])) end++
  return end
}

function digitsEnd(bytes: Buffer, at: number, limit: number): number {
  let end = at
  while (end < limit) {
    if (bytes[end] === UNDERSCORE && end > at && end + 1 < limit && characterClass(bytes[end + 1]) === DIGIT) end++
    if (characterClass(bytes[end]) !== DIGIT) break
    end++
  }
  return end
}

function isSignedExponent(bytes: Buffer, at: number): boolean {
  const sign = bytes[at + 1]
  return ((bytes[at] as number) | CASE_BIT) === LOWER_E && (sign === PLUS || sign === DASH)
}
