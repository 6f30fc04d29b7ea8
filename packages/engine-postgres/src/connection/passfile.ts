import { readFile, stat } from 'node:fs/promises'
import { platform } from 'node:os'
import type { ServerAddress } from './server-addresses.ts'

/** Whose password is wanted. */
export interface PasswordQuestion {
  readonly server: ServerAddress
  readonly database: string
  readonly user: string
}

export interface PasswordAnswer {
  readonly password?: string
  /** Why a file that is there was not used. */
  readonly warning?: string
}

/** Folders that some libpq or other calls its own: a password file says `localhost` for them. */
const defaultSocketFolders = ['/tmp', '/var/run/postgresql', '/run/postgresql']

/**
 * The password in the first line of a password file that fits: `host:port:database:user:password`, where `*` is anything, and a
 * colon or backslash within a field has a backslash before it. A file that others can read is not used.
 *
 * https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function lookUpPassword(file: string, question: PasswordQuestion): Promise<PasswordAnswer> {
  const found = await stat(file).catch(() => undefined)
  if (!found) return {}
  if (!found.isFile()) return { warning: `the password file ${file} is no plain file and was not used` }
  if (platform() !== 'win32' && (found.mode & 0o077) !== 0) {
    return { warning: `the password file ${file} can be read by others and was not used: chmod 0600 it` }
  }
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return { warning: `the password file ${file} cannot be read` }
  const { server, database, user } = question
  const hosts = defaultSocketFolders.includes(server.host) ? ['localhost', server.host] : [server.host]
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue
    const [host, port, name, role, password] = fields(line.replace(/\r+$/, ''))
    const fits = [
      host === '*' || hosts.some((known) => matches(host, known)),
      matches(port, String(server.port)),
      matches(name, database),
      matches(role, user),
    ]
    if (password === undefined || !fits.every(Boolean)) continue
    // An empty one is none, and no later line is asked either.
    return password === '' ? {} : { password: unescaped(password) }
  }
  return {}
}

/** Still escaped: `\*` is an asterisk, `*` anything. */
function fields(line: string): string[] {
  const found: string[] = []
  for (const [, field = '', separator] of line.matchAll(/((?:[^:\\]|\\.|\\$)*)(:|$)/gs)) {
    found.push(field)
    if (separator === '') break
  }
  return found
}

const matches = (field: string | undefined, value: string) =>
  field === '*' || (field !== undefined && unescaped(field) === value)

const unescaped = (field: string) => field.replaceAll(/\\(.)/gs, '$1')
