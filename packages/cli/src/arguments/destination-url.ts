import type { Problem } from '@pgark/core'
import { redact } from '../terminal/redact.ts'

const scheme = /^([a-z][a-z0-9+.-]*):\/\//i

/** The scheme of a URL, lower case; undefined for a path. */
export const schemeOf = (text: string): string | undefined => scheme.exec(text)?.[1]?.toLowerCase()

/** A URL before its last part, and that part: `s3://bucket/shop/x?region=y` is `x` in `s3://bucket/shop/?region=y`. */
export function splitUrl(url: string): { readonly parent: string; readonly name: string } {
  const [, place = '', slashed = '', query = ''] = /^([^:]+:\/\/[^/?#]*)([^?#]*)(.*)$/s.exec(url) ?? []
  const path = slashed.replace(/\/+$/, '')
  const at = path.lastIndexOf('/') + 1
  return { parent: `${place}${path.slice(0, at) || '/'}${query}`, name: path.slice(at) }
}

/** The same place, said to be one: with a slash at its end. */
export const asFolder = (url: string): string => url.replace(/\/*([?#].*)?$/s, '/$1')

/** A URL as it may be repeated. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '')

/** What is wrong with the URL of a destination or a backup, as far as that can be told from it alone. A secret in it is not repeated. */
export function* urlProblems(what: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined) return
  const found = schemeOf(text)
  if (found === undefined) {
    yield* pathProblems(what, text)
    return
  }
  const mistake = mistakes.get(found)
  if (mistake !== undefined) yield { message: `${what} is a URL of ${found}://.`, hint: mistake }
  else if (holdsSecret(text)) {
    const hint = 'they come from where the tools of that service look for them: the environment, or a file'
    yield { message: `${what} has credentials in its URL.`, hint }
  }
}

/** A scheme without its slashes, of two letters at least: one is a drive of Windows. */
const halfUrl = /^([a-z][a-z0-9+.-]+):(?!\/\/)/i

/** What is no path, though it could be one: it would be a folder where nobody looks for it. */
function* pathProblems(what: string, path: string): Iterable<Problem> {
  if (path === '-')
    yield { message: `${what} is -, which only backup and restore take.`, hint: 'name a file, a folder or a URL' }
  const [, begun] = halfUrl.exec(path) ?? []
  if (begun === undefined) return
  const hint =
    mistakes.get(begun.toLowerCase()) ?? `did you mean ${begun.toLowerCase()}://…? A path would be ./${begun}:…`
  yield { message: `${what} begins with ${begun}: and is no URL.`, hint }
}

const isDatabase = 'that is a database; name a file, a folder, or a place such as s3://bucket/prefix'
const mistakes: ReadonlyMap<string, string> = new Map([
  ['file', 'write the path without file://'],
  ['postgres', isDatabase],
  ['postgresql', isDatabase],
])

const holdsSecret = (url: string) => /:\/\/[^/?#]*@/.test(url) || redact(url) !== url
