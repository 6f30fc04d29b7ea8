/** A name at the beginning of a text, and what stands behind it. */
export interface WrittenName {
  readonly name: string
  readonly rest: string
}

/** Names without quotes are lower case where they are written by people, and as they are where PostgreSQL wrote them. */
export function firstName(text: string, isByPeople = false): WrittenName | undefined {
  const [whole, quoted] = /^"((?:[^"]|"")+)"/.exec(text) ?? /^[^".(\s]+/.exec(text) ?? []
  if (whole === undefined) return undefined
  const name = quoted?.replaceAll('""', '"') ?? (isByPeople ? lowerCase(whole) : whole)
  return { name, rest: text.slice(whole.length) }
}

/** `name` or `schema.name`, as people write it; undefined where it is neither. */
export function qualifiedName(text: string): { schema: string | undefined; name: string } | undefined {
  const first = firstName(text, true)
  if (first?.rest === '') return { schema: undefined, name: first.name }
  const second = first?.rest.startsWith('.') ? firstName(first.rest.slice(1), true) : undefined
  return first && second?.rest === '' ? { schema: first.name, name: second.name } : undefined
}

/** As in patterns: only ASCII letters. */
const lowerCase = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** A name as PostgreSQL writes it in a tag, where it is no keyword. */
export const written = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
