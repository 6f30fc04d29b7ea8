import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { didYouMean, type Problem } from '@pgark/core'
import pg from 'pg'
import type { PostgresOptions, ResolvedOptions } from '../options.ts'
import { isNativeClient } from './native-client.ts'
import {
  aFunction,
  anObject,
  anything,
  either,
  flag,
  listOf,
  type OptionCheck,
  oneOf,
  text,
  wholeNumber,
} from './option-checks.ts'

const largestTimer = 2_147_483_647
const milliseconds = wholeNumber(1, largestTimer)
/** pg's own option knows 0. */
const anyMilliseconds = wholeNumber(0, largestTimer)
const timeout = either(oneOf(false), anyMilliseconds)
const name = text(1)
const hosts = either(name, listOf(text(), { least: 1 }))

/** A name is printed, and they may have a password. */
const connectionString = /^postgres(?:ql)?:\/\/|\bpassword\s*=/i
const databaseName: OptionCheck = (value) =>
  typeof value === 'string' && connectionString.test(value) ? 'a name, not a connection string' : name(value)

const authentication = /^!?(none|password|md5|scram-sha-256)$/
const authentications = listOf((value) =>
  typeof value === 'string' && authentication.test(value)
    ? undefined
    : 'none, password, md5 or scram-sha-256, with ! for what is refused',
)

const adapter: OptionCheck = (value) =>
  typeof value === 'object' &&
  value !== null &&
  'connection' in value &&
  'specVersion' in value &&
  value.specVersion === 1
    ? undefined
    : 'the adapter of an ORM for this version of pgark, as fromPrisma(prisma)'

const checks: { readonly [Name in keyof PostgresOptions]-?: OptionCheck } = {
  connectionString: text(),
  orm: adapter,
  host: hosts,
  hostAddress: hosts,
  port: either(wholeNumber(1, 65_535), listOf(wholeNumber(0, 65_535), { least: 1 })),
  user: name,
  password: either(text(), aFunction),
  passfile: name,
  database: databaseName,
  sslMode: oneOf('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'),
  tls: anObject,
  channelBinding: oneOf('disable', 'prefer', 'require'),
  requireAuth: authentications,
  targetSessionAttrs: oneOf('any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'),
  loadBalanceHosts: oneOf('disable', 'random'),
  applicationName: text(0, 63),
  connectTimeoutMs: milliseconds,
  allowPooler: flag,
  lockTimeoutMs: milliseconds,
  idleTimeoutMs: milliseconds,
  pgDump: name,
  ssl: either(flag, anObject),
  sslnegotiation: oneOf('postgres', 'direct'),
  enableChannelBinding: flag,
  application_name: text(0, 63),
  fallback_application_name: text(0, 63),
  connectionTimeoutMillis: anyMilliseconds,
  keepAlive: flag,
  keepAliveInitialDelayMillis: anyMilliseconds,
  options: text(),
  stream: aFunction,
  statement_timeout: timeout,
  query_timeout: timeout,
  lock_timeout: timeout,
  idle_in_transaction_session_timeout: timeout,
  types: anything,
  client_encoding: text(),
  pipeline: flag,
}

/** What applications have of an ORM, by its shape, and what makes an adapter of it. */
const unwrapped = [
  { what: 'a client of Prisma', has: ['$extends', '$connect'], wrap: 'postgres(fromPrisma(prisma))' },
  {
    what: 'a DataSource of TypeORM',
    has: ['entityMetadatas', 'createQueryBuilder'],
    wrap: 'postgres(fromTypeORM(dataSource))',
  },
] as const

/** What is wrong with options by themselves. */
export function optionProblems(given: PostgresOptions): Problem[] {
  const found = unwrapped.find(({ has }) => has.every((name) => Reflect.has(Object(given), name)))
  if (found) return [{ message: `postgres() was given ${found.what} itself.`, hint: `wrap it: ${found.wrap}` }]
  if (typeof (given as unknown) !== 'object' || given === null) {
    return [{ message: 'postgres() needs a connection string, an object with options, or the adapter of an ORM.' }]
  }
  const problems = Object.entries(given).flatMap(([key, value]): Problem[] => {
    if (!Object.hasOwn(checks, key)) {
      const hint = didYouMean(key, Object.keys(checks))
      return [{ message: `Unknown option ${key} of postgres().`, ...(hint && { hint }) }]
    }
    const wanted = value === undefined ? undefined : checks[key as keyof PostgresOptions](value)
    return wanted === undefined ? [] : [{ message: `Option ${key}: expected ${wanted}.` }]
  })
  if (isNativeClient(pg.Client)) {
    problems.push({ message: 'pg was told to use pg-native, which cannot do what a backup needs.', hint: nativeHint })
  }
  return problems
}

const nativeHint = 'unset NODE_PG_FORCE_NATIVE'

/** What is wrong with options together, wherever they come from. */
export function* combinationProblems(options: ResolvedOptions): Iterable<Problem> {
  const { sslMode, tls, sslNegotiation, channelBinding } = options
  const isEncrypted = sslMode === 'require' || sslMode === 'verify-ca' || sslMode === 'verify-full'
  if (sslMode === 'verify-ca' && tls.ca === undefined) {
    // Anybody has a certificate of a public authority.
    yield { message: 'sslmode verify-ca needs a root certificate.', hint: 'give sslrootcert, or use verify-full' }
  }
  if (sslNegotiation === 'direct' && !isEncrypted) {
    yield { message: 'sslnegotiation=direct needs sslmode require, verify-ca or verify-full.', hint: 'set sslmode' }
  }
  if (channelBinding === 'require' && sslMode === 'disable') {
    yield { message: 'channel_binding=require needs TLS, and sslmode is disable.', hint: 'set sslmode to verify-full' }
  }
  if (sslMode !== 'disable' && !isUsable(tls)) {
    yield { message: 'The certificates cannot be used.', hint: 'check sslrootcert, sslcert, sslkey and sslcrl' }
  }
}

/** Node reads them when a connection is made; here they are tried at once. */
function isUsable(tls: SecureContextOptions): boolean {
  try {
    createSecureContext(tls)
    return true
  } catch {
    return false
  }
}
