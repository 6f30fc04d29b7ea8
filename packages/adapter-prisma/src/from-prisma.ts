import path from 'node:path'
import type { OrmAdapter } from '@pgark/core'
import { type PrismaClientLike, refuseOtherClients } from './client/prisma-client.ts'
import { findConfig, namedConfig } from './config/find-config.ts'
import { loadConfig, type PrismaConfig } from './config/load-config.ts'
import { driverTarget } from './connection/driver-target.ts'
import { prismaTarget, refuseOtherUrls } from './connection/prisma-url.ts'
import { aConnection, aPath, refuseUnknownOptions } from './options.ts'
import { once, prismaAdapter } from './prisma-adapter.ts'

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
export function fromPrisma(prisma: PrismaClientLike, options: FromPrismaOptions = {}): OrmAdapter {
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
  const connection = once(() => {
    if (options.connection !== undefined) return explicitTarget(options.connection, folder)
    const found = config()
    return found?.url === undefined ? driverTarget(prisma, folder) : configTarget(found, found.url)
  })
  const schemaFolder = options.configFile === undefined ? folder : path.dirname(path.resolve(options.configFile))
  return prismaAdapter({ client: prisma, schema, folder: schemaFolder, config, connection })
}

function explicitTarget(connection: string | Readonly<Record<string, unknown>>, folder: string) {
  const origin = 'the option connection'
  if (typeof connection === 'string') return { origin, ...prismaTarget(connection, origin, folder) }
  const { connectionString } = connection
  if (typeof connectionString === 'string' && /^prisma/i.test(connectionString))
    refuseOtherUrls(connectionString, origin)
  return { origin, options: connection, schema: undefined }
}

/** Where the config file of Prisma says that the database is. */
export function configTarget({ file }: PrismaConfig, url: string) {
  const origin = `datasource.url of ${path.relative(path.resolve(), file)}`
  return { origin, ...prismaTarget(url, origin, path.dirname(file)) }
}
