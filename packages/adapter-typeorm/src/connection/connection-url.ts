/** The names of the parameters in a URL's query. Read by hand: the URLs that pg takes are not all URLs by the standard. */
export const parametersOfUrl = (url: string): string[] => [...queryOfUrl(url).keys()]

const queryOfUrl = (url: string): URLSearchParams => new URLSearchParams(url.split('?')[1])

/** What of a connection is named. Whatever is not, pg takes from the environment. */
export interface NamedParts {
  readonly host: boolean
  readonly database: boolean
  readonly user: boolean
}

/** What a URL says, as pg reads it: in its place, or as a parameter. What is no URL is left to those who read it. */
export function namedByUrl(url: string): NamedParts {
  const query = queryOfUrl(url)
  const [whole, credentials = '', server = '', path] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:([^/?#]*)@)?([^/?#]*)\/?([^?#]*)/i.exec(url) ?? []
  const user = Boolean(query.get('user') || credentials.split(':')[0])
  if (/^socket:/i.test(url)) return { host: true, database: Boolean(query.get('db')), user }
  // The directory of a socket, and after a space the database.
  if (url.startsWith('/')) return { host: true, database: Boolean(url.split(' ')[1]), user: false }
  if (whole === undefined) return { host: true, database: true, user: true }
  return { host: Boolean(query.get('host') || server.replace(/:\d*$/, '')), database: Boolean(path), user }
}
