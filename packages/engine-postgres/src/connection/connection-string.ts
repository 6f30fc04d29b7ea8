import { refuseProblems } from '@pgark/core'

/** libpq's parameters, by the names that libpq gives them. Empty values are left out: they stand for the default. */
export type ConnectionParameters = Readonly<Record<string, string>>

const scheme = /^postgres(?:ql)?:\/\//i
// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
const url = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is
const urlHost = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/

/** Reads a URL or a keyword string. Throws `USAGE.OPTIONS`; never repeats the string, it may hold a password. */
export function readConnectionString(text: string): ConnectionParameters {
  const pairs = scheme.test(text) ? urlPairs(text) : keywordPairs(text)
  return Object.fromEntries([...pairs].filter(([, value]) => value !== ''))
}

function urlPairs(text: string): [string, string][] {
  try {
    const [, user = '', hosts = '', database = '', query = ''] = url.exec(text) ?? []
    // An @ behind the user is the end of a password with a special character in it, which would be taken for something to print.
    if (`${hosts}${database}${query}`.includes('@')) throw new TypeError('unencoded')
    const colon = user.indexOf(':')
    const addresses = hosts.split(',').map((host) => {
      const match = urlHost.exec(host)
      if (!match) throw new TypeError('unencoded')
      return { host: decoded(match[1] ?? match[2] ?? ''), port: match[3] ?? '' }
    })
    return [
      ['user', decoded(colon < 0 ? user : user.slice(0, colon))],
      ['password', decoded(colon < 0 ? '' : user.slice(colon + 1))],
      ['host', listed(addresses.map(({ host }) => host))],
      ['port', listed(addresses.map(({ port }) => port))],
      ['dbname', decoded(database)],
      ...query
        .split('&')
        .filter((pair) => pair !== '')
        .map((pair): [string, string] => {
          const [name = '', ...value] = pair.split('=')
          return [decoded(name), decoded(value.join('='))]
        }),
    ]
  } catch {
    refuseProblems([
      {
        message: 'The connection URL cannot be read.',
        hint: 'percent-encode special characters in user, password and database',
      },
    ])
    return []
  }
}

/** In libpq's URLs a plus sign is one. */
function decoded(text: string): string {
  const plain = decodeURIComponent(text)
  if (plain.includes('\0')) throw new TypeError('NUL')
  return plain
}

const listed = (values: readonly string[]) => (values.some((value) => value !== '') ? values.join(',') : '')

/** `name = value` pairs; values may stand in single quotes, with backslashes before quotes and backslashes. */
function keywordPairs(text: string): [string, string][] {
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gsy
  const pairs: [string, string][] = []
  let end = 0
  for (let match = pair.exec(text); match; match = pair.exec(text)) {
    end = pair.lastIndex
    pairs.push([match[1] ?? '', (match[2] ?? match[3] ?? '').replaceAll(/\\(.)/gs, '$1')])
  }
  if (text.slice(end).trim() !== '') {
    refuseProblems([
      { message: 'The connection string cannot be read.', hint: 'give a URL (postgres://…) or host=… dbname=…' },
    ])
  }
  return pairs
}
