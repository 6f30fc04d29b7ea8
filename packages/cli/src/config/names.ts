/** Letters, digits, `_` and `-`: what cannot be taken for a path, a URL, a file's name or a connection string. */
export const isName = (text: string): boolean => /^[a-z0-9][a-z0-9_-]*$/i.test(text)

/** The part of a place or reference that may be the name of a destination, and what follows: `nightly` and `latest` of `nightly/latest`. */
export function splitName(text: string): { readonly name: string; readonly rest: string | undefined } {
  const at = text.indexOf('/')
  return at < 0 ? { name: text, rest: undefined } : { name: text.slice(0, at), rest: text.slice(at + 1) }
}
