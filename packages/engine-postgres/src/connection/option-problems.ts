import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { didYouMean, type OrmAdapter, type Problem } from '@pgark/core'
import pg from 'pg'
import { z } from 'zod'
import type { PostgresOptions, ResolvedOptions } from '../options.ts'
import { isNativeClient } from './native-client.ts'

const milliseconds = z.number().int().min(1).max(2_147_483_647)
/** pg's own option knows 0. */
const anyMilliseconds = z.number().int().min(0).max(2_147_483_647)
const timeout = z.union([z.literal(false), anyMilliseconds])
const hosts = z.union([z.string().min(1), z.array(z.string()).min(1)])
const port = z.number().int().min(1).max(65535)
const aFunction = <T>() => z.custom<T>((value) => typeof value === 'function', 'expected a function')

/** A name is printed, and they may have a password. */
const connectionString = /^postgres(?:ql)?:\/\/|\bpassword\s*=/i

const isAdapter = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'connection' in value &&
  'specVersion' in value &&
  value.specVersion === 1

const schema = z.strictObject({
  connectionString: z.string().optional(),
  orm: z
    .custom<OrmAdapter>(isAdapter, 'expected the adapter of an ORM for this version of pgark, as fromPrisma(prisma)')
    .optional(),
  host: hosts.optional(),
  hostAddress: hosts.optional(),
  port: z.union([port, z.array(z.number().int().min(0).max(65535)).min(1)]).optional(),
  user: z.string().min(1).optional(),
  password: z.union([z.string(), aFunction<() => string>()]).optional(),
  passfile: z.string().min(1).optional(),
  database: z
    .string()
    .min(1)
    .refine((name) => !connectionString.test(name), 'expected a name, not a connection string')
    .optional(),
  sslMode: z.enum(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']).optional(),
  tls: z.record(z.string(), z.unknown()).optional(),
  channelBinding: z.enum(['disable', 'prefer', 'require']).optional(),
  requireAuth: z.array(z.string().regex(/^!?(none|password|md5|scram-sha-256)$/)).optional(),
  targetSessionAttrs: z.enum(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby']).optional(),
  loadBalanceHosts: z.enum(['disable', 'random']).optional(),
  applicationName: z.string().max(63).optional(),
  connectTimeoutMs: milliseconds.optional(),
  allowPooler: z.boolean().optional(),
  lockTimeoutMs: milliseconds.optional(),
  idleTimeoutMs: milliseconds.optional(),
  pgDump: z.string().min(1).optional(),
  ssl: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
  sslnegotiation: z.enum(['postgres', 'direct']).optional(),
  enableChannelBinding: z.boolean().optional(),
  application_name: z.string().max(63).optional(),
  fallback_application_name: z.string().max(63).optional(),
  connectionTimeoutMillis: anyMilliseconds.optional(),
  keepAlive: z.boolean().optional(),
  keepAliveInitialDelayMillis: anyMilliseconds.optional(),
  options: z.string().optional(),
  stream: aFunction().optional(),
  statement_timeout: timeout.optional(),
  query_timeout: timeout.optional(),
  lock_timeout: timeout.optional(),
  idle_in_transaction_session_timeout: timeout.optional(),
  types: z.unknown().optional(),
  client_encoding: z.string().optional(),
  pipeline: z.boolean().optional(),
} satisfies { [Name in keyof PostgresOptions]-?: z.ZodType })

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
  const result = schema.safeParse(given)
  const problems = (result.error?.issues ?? []).flatMap((issue): Problem[] => {
    if (issue.code !== 'unrecognized_keys') return [{ message: `Option ${issue.path.join('.')}: ${issue.message}.` }]
    return issue.keys.map((key) => {
      const hint = didYouMean(key, Object.keys(schema.shape))
      return { message: `Unknown option ${key} of postgres().`, ...(hint && { hint }) }
    })
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
