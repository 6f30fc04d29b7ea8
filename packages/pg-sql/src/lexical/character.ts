/** ASCII codes with a meaning to the scanner; valid for bytes and for UTF-16 units alike. */
export const LINE_FEED = 0x0a
export const CARRIAGE_RETURN = 0x0d
export const DOUBLE_QUOTE = 0x22
export const DOLLAR = 0x24
export const AMPERSAND = 0x26
export const QUOTE = 0x27
export const OPEN_PARENTHESIS = 0x28
export const CLOSE_PARENTHESIS = 0x29
export const STAR = 0x2a
export const PLUS = 0x2b
export const DASH = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const COLON = 0x3a
export const SEMICOLON = 0x3b
export const EQUALS = 0x3d
export const BACKSLASH = 0x5c
export const UNDERSCORE = 0x5f
export const LOWER_E = 0x65
/** A letter with this bit set is in lower case. */
export const CASE_BIT = 0x20

/** Classes of `characterClass`. A letter starts a word; digits and dollars only continue one. */
export const OTHER = 0
export const SPACE = 1
export const LETTER = 2
export const DIGIT = 3
export const OPERATOR = 4
export const SPECIAL = 5

/**
 * The class of each byte. As in PostgreSQL's scanner every byte from 0x80 on is a letter: that is what lets it read any
 * server encoding without knowing which.
 */
const CLASSES = new Uint8Array(256)
CLASSES.fill(LETTER, 0x80)
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') CLASSES[char.charCodeAt(0)] = LETTER
for (const char of '0123456789') CLASSES[char.charCodeAt(0)] = DIGIT
for (const char of ' \t\n\r\f') CLASSES[char.charCodeAt(0)] = SPACE
for (const char of '~!@#^&|`?+-*/%<>=') CLASSES[char.charCodeAt(0)] = OPERATOR
for (const char of '\'"$();\\') CLASSES[char.charCodeAt(0)] = SPECIAL

/** The class of a byte or UTF-16 unit; `OTHER` for undefined, that is beyond the end. */
export function characterClass(code: number | undefined): number {
  if (code === undefined) return OTHER
  return code > 0xff ? LETTER : (CLASSES[code] as number)
}

/** Whether a word goes on with this character: a letter, a digit or a dollar. */
export function continuesWord(code: number | undefined): boolean {
  const kind = characterClass(code)
  return kind === LETTER || kind === DIGIT || code === DOLLAR
}

/** Whether a dollar quote's tag goes on with this character: unlike a word's, not with a dollar. */
export function continuesTag(code: number | undefined): boolean {
  const kind = characterClass(code)
  return kind === LETTER || kind === DIGIT
}
