import path from 'node:path'
import type { OrmAdapter, OrmConnection } from '@pgark/core'
import { type PrismaClientLike, refuseOtherClients } from './client/prisma-client.ts'
import { findConfig, namedConfig } from './config/find-config.ts'
import { loadConfig, type PrismaConfig } from './config/load-config.ts'
import { driverSchema, driverTarget, refuseOtherSchema } from './connection/driver-target.ts'
import { type NamedUrl, prismaTarget, refuseOtherUrls, schemaIn, urlOf } from './connection/prisma-url.ts'
import { aConnection, aPath, refuseUnknownOptions } from './options.ts'
import { once, prismaAdapter } from './prisma-adapter.ts'
import type { PrismaConditions } from './where.ts'

export interface FromPrismaOptions {
  /**
   * Where the database is: a URL as Prisma takes it, or the options of `postgres()`. Default: `datasource.url` of the config file, and
   * where that has none, what the driver adapter of the client is configured with.
   */
  readonly connection?: string | Readonly<Record<string, unknown>> | undefined
  /** Default: the one that Prisma finds in the working directory, `prisma.config.ts` or the like, if there is one. */
  readonly configFile?: string | undefined
  /**
   * The schema's file or folder. Default: `schema` of the config file, `schema.prisma`, `prisma/schema.prisma`; these are looked for
   * beside a config file that is named, else in the working directory.
   */
  readonly schema?: string | undefined
}

/**
 * An application's database by its client of Prisma 7, for `postgres()`. The client is neither used nor connected: it says what
 * conditions mean, and where the database is if nothing else does.
 *
 * ```ts
 * await backup({ engine: postgres(fromPrisma(prisma)), to: file('backups') })
 * ```
 *
 * Throws `USAGE.OPTIONS`, and `USAGE.ORM` for what is no client of PostgreSQL; the rest is looked at when it is needed.
 */
export function fromPrisma<Client extends PrismaClientLike>(
  prisma: Client,
  options: FromPrismaOptions = {},
): OrmAdapter<PrismaConditions<Client>> {
  refuseUnknownOptions('fromPrisma()', options, { connection: aConnection, configFile: aPath, schema: aPath })
  refuseOtherClients(prisma)
  const folder = path.resolve()
  const schema = options.schema === undefined ? undefined : path.resolve(options.schema)
  const isNeeded = options.configFile !== undefined || options.connection === undefined || schema === undefined
  const config = once((): PrismaConfig | undefined => {
    if (!isNeeded) return undefined
    const file = options.configFile === undefined ? findConfig(folder) : namedConfig(options.configFile, folder)
    return file === undefined ? undefined : loadConfig(file)
  })
  const url = (): NamedUrl | undefined =>
    options.connection === undefined ? urlOf(config()) : urlIn(options.connection, folder)
  const connection = once(() => {
    const named = url()
    if (named) refuseOtherSchema(prisma, schemaIn(named), named.origin)
    if (typeof options.connection === 'object') return optionsTarget(options.connection)
    return named ? prismaTarget(named) : driverTarget(prisma, folder)
  })
  const defaultSchema = () => driverSchema(prisma) ?? schemaIn(url())
  const schemaFolder = options.configFile === undefined ? folder : path.dirname(path.resolve(options.configFile))
  return prismaAdapter({ client: prisma, schema, folder: schemaFolder, config, connection, defaultSchema })
}

const ofOption = 'the option connection'

/** Options may have a connection string of libpq instead, or none. */
function urlIn(connection: string | Readonly<Record<string, unknown>>, folder: string): NamedUrl | undefined {
  if (typeof connection === 'string') return { url: connection, origin: ofOption, folder }
  const { connectionString } = connection
  const isUrl = typeof connectionString === 'string' && /^postgres(ql)?:/i.test(connectionString)
  return isUrl ? { url: connectionString, origin: ofOption, folder } : undefined
}

function optionsTarget(options: Readonly<Record<string, unknown>>): OrmConnection {
  const { connectionString } = options
  if (typeof connectionString === 'string' && /^prisma/i.test(connectionString))
    refuseOtherUrls(connectionString, ofOption)
  return { origin: ofOption, options }
}
