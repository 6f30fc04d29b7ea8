import type { Problem } from '@pgark/core'

/** A name pattern of pg_dump. Without a schema it means what the role's own search_path finds. */
export interface Pattern {
  /** As the user wrote it. */
  readonly text: string
  readonly schema: RegExp | undefined
  readonly name: RegExp
}

/**
 * Reads a pattern as pg_dump does: unquoted ASCII letters are lower case, `*` is any text, `?` any character, `.` separates schema
 * and name, other characters of regular expressions keep their meaning except `$`, and within double quotes everything stands
 * for itself. Undefined, with a problem added, where it cannot be read.
 */
export function parsePattern(text: string, problems: Problem[]): Pattern | undefined {
  const { parts, isOpen } = splitPattern(text)
  if (isOpen) problems.push({ message: `The pattern ${text} has an open double quote.` })
  else if (parts.length > 2) {
    problems.push({ message: `The pattern ${text} has too many dots.`, hint: 'quote a name that contains a dot' })
  } else if (parts.includes('')) problems.push({ message: `The pattern ${text} has an empty part.` })
  else {
    try {
      const [name = /^$/, schema] = parts.reverse().map((part) => new RegExp(`^(?:${part})$`, 'su'))
      return { text, schema, name }
    } catch {
      problems.push({ message: `The pattern ${text} cannot be read.`, hint: 'put special characters in double quotes' })
    }
  }
  return undefined
}

/** The sources of the regular expressions of a pattern's parts, and whether a quote stayed open. */
function splitPattern(text: string): { parts: string[]; isOpen: boolean } {
  const parts = ['']
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    let piece = character
    if (character === '"' && isQuoted && text[at + 1] === '"') at++
    else if (character === '"') {
      isQuoted = !isQuoted
      piece = ''
    } else if (isQuoted || character === '$' || character === '\\')
      piece = character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
    else if (character === '*') piece = '.*'
    else if (character === '?') piece = '.'
    else if (character === '.') {
      parts.push('')
      piece = ''
    } else if (/[A-Z]/.test(character)) piece = character.toLowerCase()
    parts[parts.length - 1] += piece
  }
  return { parts, isOpen: isQuoted }
}
