import { readFileSync } from 'node:fs'
import { didYouMean, type Problem, refuseProblems } from '@pgark/core'
import type { PostgresOptions, SslMode } from '../options.ts'

/** What a connection string says; what it leaves out is undefined. */
export type ConnectionTarget = Omit<PostgresOptions, 'connectionString'>

/** libpq's parameters that this version understands, in URLs and in keyword strings. */
const parameters: Record<string, (parsed: ConnectionTarget, value: string) => void> = {
  host: (parsed, value) => Object.assign(parsed, { host: value }),
  hostaddr: (parsed, value) => Object.assign(parsed, { host: value }),
  port: (parsed, value) => Object.assign(parsed, { port: Number(value) }),
  dbname: (parsed, value) => Object.assign(parsed, { database: value }),
  user: (parsed, value) => Object.assign(parsed, { user: value }),
  password: (parsed, value) => Object.assign(parsed, { password: value }),
  sslmode: (parsed, value) => Object.assign(parsed, { sslMode: (value === 'allow' ? 'prefer' : value) as SslMode }),
  sslrootcert: (parsed, value) => addTls(parsed, { ca: readCertificate('sslrootcert', value) }),
  sslcert: (parsed, value) => addTls(parsed, { cert: readCertificate('sslcert', value) }),
  sslkey: (parsed, value) => addTls(parsed, { key: readCertificate('sslkey', value) }),
  application_name: (parsed, value) => Object.assign(parsed, { applicationName: value }),
  fallback_application_name: (parsed, value) => (parsed.applicationName ??= value),
  connect_timeout: (parsed, value) =>
    Object.assign(parsed, Number(value) > 0 && { connectTimeoutMs: Number(value) * 1000 }),
}
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
/** Parameters by which Prisma configures itself in the same URL; no connection of ours depends on them. */
const foreignParameters = new Set(
  'schema connection_limit pool_timeout pgbouncer sslaccept socket_timeout statement_cache_size single_use_connections'.split(
    ' ',
  ),
)

/** Reads a URL or a libpq keyword string. Throws `USAGE.OPTIONS` with all problems at once; never repeats the string, it may hold a password. */
export function parseTarget(target: string): ConnectionTarget {
  const isUrl = /^postgres(ql)?:\/\//i.test(target)
  const problems: Problem[] = []
  const parsed: ConnectionTarget = {}
  for (const [name, value] of isUrl ? urlParameters(target, parsed) : keywordParameters(target)) {
    const assign = parameters[name]
    if (assign) {
      if (!isValid(name, value))
        problems.push({ message: `The connection parameter ${name} has a value that it cannot have.` })
      else assign(parsed, value)
    } else if (!foreignParameters.has(name)) {
      const hint = didYouMean(name, Object.keys(parameters))
      problems.push({ message: `Unknown connection parameter ${name}.`, ...(hint && { hint }) })
    }
  }
  refuseProblems(problems)
  return parsed
}

function isValid(name: string, value: string): boolean {
  if (name === 'sslmode') return sslModes.includes(value)
  if (name === 'port') return /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65536
  if (name === 'connect_timeout') return /^-?\d+$/.test(value)
  return true
}

function urlParameters(target: string, parsed: ConnectionTarget): Iterable<[string, string]> {
  try {
    // A URL without a host, as in postgres:///shop?host=/tmp, is fine for libpq.
    const url = new URL(target.replace(/^postgres(ql)?:\/\/(?=[/?]|$)/i, 'postgres://localhost'))
    // An @ behind the host is the end of a password with a special character in it, which would be taken for something to print.
    if (/@/.test(url.pathname + url.search)) throw new TypeError('unencoded')
    if (url.hostname) parsed.host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1')
    if (url.port) parsed.port = Number(url.port)
    if (url.username) parsed.user = decodeURIComponent(url.username)
    if (url.password) parsed.password = decodeURIComponent(url.password)
    if (url.pathname.length > 1) parsed.database = decodeURIComponent(url.pathname.slice(1))
    // In libpq's URLs a plus sign is one.
    return new URLSearchParams(url.search.replaceAll('+', '%2B'))
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

/** `name = value` pairs; values may stand in single quotes, with backslashes before quotes and backslashes. */
function* keywordParameters(target: string): Iterable<[string, string]> {
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gsy
  let end = 0
  for (let match = pair.exec(target); match; match = pair.exec(target)) {
    end = pair.lastIndex
    yield [match[1] ?? '', (match[2] ?? match[3] ?? '').replaceAll(/\\(.)/gs, '$1')]
  }
  if (target.slice(end).trim() !== '') {
    refuseProblems([
      { message: 'The connection string cannot be read.', hint: 'give a URL (postgres://…) or host=… dbname=…' },
    ])
  }
}

function addTls(parsed: ConnectionTarget, tls: NonNullable<ConnectionTarget['tls']>): void {
  parsed.tls = { ...parsed.tls, ...tls }
}

function readCertificate(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    refuseProblems([
      { message: `The file of the connection parameter ${parameter} cannot be read.`, hint: `check ${path}` },
    ])
    return ''
  }
}
