import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { prismaTarget, schemaIn } from '../src/connection/prisma-url.ts'
import { type FromPrismaOptions, fromPrisma } from '../src/index.ts'
import { folderWith } from './support/folder.ts'

/** A client, by what is looked at of one. */
const client = (adapter: unknown, more: object = {}) => ({
  $extends() {},
  $connect() {},
  _engineConfig: { adapter },
  ...more,
})
const url = 'postgresql://app:canary@db.internal:5433/shop'
const connectionOf = (adapter: unknown, options?: FromPrismaOptions) =>
  fromPrisma(client(adapter), options).connection()

const failure = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    const { code, message, hint, cause } = error as { code: string; message: string; hint: string; cause?: unknown }
    expect(`${message} ${hint} ${String(cause)}`).not.toContain('canary')
    return { code, message, hint }
  }
  throw new Error('Expected an error.')
}

describe('the database is where the application says', () => {
  const configFile = () =>
    path.join(
      folderWith({ 'prisma.config.mjs': `export default { datasource: { url: '${url}' } }` }),
      'prisma.config.mjs',
    )
  const pooler = new PrismaPg('postgres://app@pooler/shop')

  test('the option goes before the config file, and that before the driver adapter', () => {
    const named = { configFile: configFile(), connection: 'postgres://me@here/shop' }
    expect(connectionOf(pooler, named)).toEqual({
      origin: 'the option connection',
      options: { connectionString: 'postgres://me@here/shop' },
    })
    const found = connectionOf(pooler, { configFile: configFile() })
    expect(found.options).toEqual({ connectionString: url })
    expect(found.origin).toMatch(/^datasource\.url of .*prisma\.config\.mjs$/)
    expect(connectionOf(pooler)).toEqual({
      origin: 'the driver adapter of the client (@prisma/adapter-pg)',
      options: { connectionString: 'postgres://app@pooler/shop' },
    })
  })

  test('a config file without a URL leaves it to the driver adapter', () => {
    const file = path.join(folderWith({ 'prisma.config.mjs': "export default { schema: 'x' }" }), 'prisma.config.mjs')
    expect(connectionOf(pooler, { configFile: file }).origin).toContain('driver adapter')
  })

  test('options of postgres() are taken as they are', () => {
    const connection = { host: 'h', password: () => 'canary', sslMode: 'verify-full' }
    expect(connectionOf(undefined, { connection }).options).toBe(connection)
  })
})

describe('of a driver adapter', () => {
  test('the password and the private key of a pool, which pg hides, are taken along', () => {
    const ssl = { ca: 'ca' }
    Object.defineProperty(ssl, 'key', { value: 'private', enumerable: false })
    const pool = new pg.Pool({
      host: 'h',
      port: 6432,
      user: 'u',
      password: 'canary',
      database: 'd',
      ssl,
      max: 3,
      idleTimeoutMillis: 5,
    })
    expect(Object.keys(pool.options)).not.toContain('password')
    const { options } = connectionOf(new PrismaPg(pool))
    expect(options).toEqual({
      host: 'h',
      port: 6432,
      user: 'u',
      password: 'canary',
      database: 'd',
      ssl: { ca: 'ca', key: 'private' },
    })
    expect(Object.keys(options.ssl as object)).toContain('key')
  })

  test('a connection string goes before fields, as in pg', () => {
    const { options } = connectionOf(
      new PrismaPg({ connectionString: url, host: 'other', user: 'other', application_name: 'shop', max: 9 }),
    )
    expect(options).toEqual({ connectionString: url, application_name: 'shop' })
  })

  test('a port as text is a number', () => {
    expect(connectionOf({ config: { host: 'h', port: '5433' } }).options).toEqual({ host: 'h', port: 5433 })
  })

  const inFolder = (
    adapter: unknown,
    connection?: string | Record<string, unknown>,
    more: Record<string, string> = {},
  ) => {
    const folder = folderWith({ 'schema.prisma': 'model A {\n id Int @id\n}', ...more })
    const configFile = 'prisma.config.mjs' in more ? path.join(folder, 'prisma.config.mjs') : undefined
    return fromPrisma(client(adapter), { schema: path.join(folder, 'schema.prisma'), configFile, connection })
  }
  const schemaOf = async (...given: Parameters<typeof inFolder>) => (await inFolder(...given).models())[0]?.schema
  const own = () => new PrismaPg(url, { schema: 'own' })

  test('the schema is that of models that name none, whatever the URL says', async () => {
    expect(await schemaOf(own(), `${url}?schema=other`)).toBe('own')
    expect(await schemaOf(new PrismaPg(url), `${url}?schema=other`)).toBe('public')
    expect(await schemaOf(new PrismaPg(url))).toBe('public')
    expect(await schemaOf(undefined, `${url}?schema=other`)).toBe('other')
    expect(await schemaOf(undefined, { connectionString: `${url}?schema=other` })).toBe('other')
  })

  test('a URL that names another schema than the client uses is refused', () => {
    const refused = (...given: Parameters<typeof inFolder>) => failure(() => inFolder(...given).connection())
    expect(refused(new PrismaPg(url), `${url}?schema=app`)).toEqual({
      code: 'USAGE.ORM',
      message: 'The client of Prisma uses the schema public, and the option connection names another one: app.',
      hint: "give it to the driver adapter, new PrismaPg(…, { schema: 'app' }), or take ?schema= out of the URL",
    })
    const config = { 'prisma.config.mjs': `export default { datasource: { url: '${url}?schema=app' } }` }
    expect(refused(own(), undefined, config).message).toMatch(
      /uses the schema own, and datasource\.url of .*prisma\.config\.mjs names another one: app\.$/,
    )
    const within = { connectionString: `${url}?schema=app`, lockTimeoutMs: 500 }
    expect(refused(own(), within).message).toMatch(
      /uses the schema own, and the option connection names another one: app/,
    )
    expect(inFolder(new PrismaPg(url, { schema: 'app' }), within).connection().options).toEqual(within)
    // Not in the words of a URL.
    const words = { connectionString: 'host=db password=?schema=app' }
    expect(inFolder(own(), words).connection().options).toEqual(words)
    expect(inFolder(own(), `${url}?schema=own`).connection().options).toEqual({ connectionString: url })
    expect(inFolder(new PrismaPg(url), `${url}?schema=public`).connection().options).toEqual({ connectionString: url })
  })

  test('names need no connection that can be told', async () => {
    expect(await schemaOf(undefined)).toBe('public')
  })
})

describe('a URL of Prisma', () => {
  const targetOf = (query: string) => prismaTarget({ url: `${url}?${query}`, origin: 'it', folder: '/app/prisma' })

  test.each([
    ['schema=a', ''],
    [
      'connection_limit=5&pool_timeout=3&pgbouncer=true&socket_timeout=9&statement_cache_size=0&single_use_connections=true',
      '',
    ],
    ['max_connection_lifetime=5&max_idle_connection_lifetime=5', ''],
    ['sslmode=require&sslaccept=accept_invalid_certs', '?sslmode=require'],
    ['sslmode=require&sslaccept=strict', '?sslmode=verify-full'],
    ['sslaccept=strict', '?sslmode=verify-full'],
    ['sslmode=disable&sslaccept=strict', '?sslmode=disable'],
    [
      'sslcert=..%2Fca%20file.pem&connect_timeout=7',
      `?connect_timeout=7&sslrootcert=${encodeURIComponent('/app/ca file.pem')}`,
    ],
    ['application_name=a%26b&schema=x&options=-c%20geqo%3Doff', '?application_name=a%26b&options=-c%20geqo%3Doff'],
  ])('%s', (query, left) => {
    expect(targetOf(query).options).toEqual({ connectionString: `${url}${left}` })
  })

  test('names the schema of models that name none', () => {
    expect(schemaIn({ url: `${url}?schema=my%20app`, origin: 'it', folder: '/' })).toBe('my app')
    expect(schemaIn({ url: `${url}?schema=`, origin: 'it', folder: '/' })).toBeUndefined()
  })

  test('names an identity, which is read', () => {
    const folder = folderWith({ 'me.p12': 'bytes' })
    expect(prismaTarget({ url: `${url}?sslidentity=me.p12&sslpassword=canary`, origin: 'it', folder }).options).toEqual(
      {
        connectionString: url,
        tls: { pfx: Buffer.from('bytes'), passphrase: 'canary' },
      },
    )
    expect(failure(() => targetOf('sslidentity=none.p12'))).toMatchObject({
      code: 'USAGE.ORM',
      hint: 'check /app/prisma/none.p12',
    })
  })

  test.each(['100%', 'schema=%zz'])('that cannot be read: %s', (query) => {
    expect(failure(() => targetOf(query))).toMatchObject({
      code: 'USAGE.ORM',
      hint: 'percent-encode special characters in it',
    })
  })
})

describe('what is wrong is told before anything connects', () => {
  test.each([
    [
      'as an option',
      () => connectionOf(undefined, { connection: 'prisma://accelerate.prisma-data.net/?api_key=canary' }),
    ],
    [
      'among the options',
      () =>
        connectionOf(undefined, {
          connection: { connectionString: 'prisma+postgres://localhost:51213/?api_key=canary' },
        }),
    ],
    [
      'in a driver adapter',
      () => connectionOf(new PrismaPg('prisma+postgres://accelerate.prisma-data.net/?api_key=canary')),
    ],
    [
      'in the config file',
      () =>
        connectionOf(undefined, {
          configFile: path.join(
            folderWith({ 'c.mjs': "export default { datasource: { url: 'prisma://x/?api_key=canary' } }" }),
            'c.mjs',
          ),
        }),
    ],
  ])('a URL of Accelerate %s', (_, run) => {
    const { code, message, hint } = failure(run)
    expect({ code, hint }).toEqual({
      code: 'USAGE.ORM',
      hint: expect.stringContaining('the TCP connection of the database itself'),
    })
    expect(message).toContain('Accelerate')
  })

  test('a URL of another database', () => {
    expect(failure(() => connectionOf(undefined, { connection: 'mysql://app:canary@h/d' }))).toMatchObject({
      code: 'USAGE.ORM',
      message: 'The option connection is no URL of PostgreSQL, but begins with mysql:.',
    })
    expect(failure(() => connectionOf(undefined, { connection: 'canary' })).code).toBe('USAGE.ORM')
  })

  test('a client without a driver adapter', () => {
    expect(failure(() => connectionOf(undefined))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringMatching(/has no driver adapter .*: looked for prisma7\.config\.\*.* in \//),
      hint: expect.stringContaining('give connection'),
    })
  })

  test('a driver adapter that leaves the host to the environment', () => {
    expect(failure(() => connectionOf(new PrismaPg({ user: 'u', password: 'canary' })))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('Neither a connection string nor a host'),
    })
  })

  test('a client of another database, and what is no client', () => {
    expect(failure(() => fromPrisma(client({ provider: 'mysql' })))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('mysql'),
    })
    expect(failure(() => fromPrisma(client(undefined, { _activeProvider: 'sqlite' })))).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('sqlite'),
    })
    for (const wrong of [undefined, null, {}, url, () => {}]) {
      expect(failure(() => fromPrisma(wrong as never))).toMatchObject({
        code: 'USAGE.ORM',
        hint: 'give it new PrismaClient({ adapter })',
      })
    }
  })

  test('wrong options, all of them', () => {
    expect(
      failure(() => fromPrisma(client(undefined), { shema: 'x', connection: 5, configFile: '' } as never)),
    ).toEqual({
      code: 'USAGE.OPTIONS',
      message:
        'Unknown option shema of fromPrisma().\nOption connection of fromPrisma(): expected a URL, or the options of postgres().\nOption configFile of fromPrisma(): expected a path.',
      hint: 'did you mean schema?',
    })
  })
})
