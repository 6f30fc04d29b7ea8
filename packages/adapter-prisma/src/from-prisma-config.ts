import path from 'node:path'
import type { OrmAdapter } from '@pgark/core'
import { findConfig, lookedFor, namedConfig } from './config/find-config.ts'
import { loadConfig } from './config/load-config.ts'
import { prismaTarget, schemaIn, urlOf } from './connection/prisma-url.ts'
import { aPath, refuseUnknownOptions } from './options.ts'
import { once, prismaAdapter } from './prisma-adapter.ts'
import { wrongOrm } from './wrong-orm.ts'

export interface FromPrismaConfigOptions {
  /** Where to look for the config file; a schema that one found there does not name is looked for there as well. Default: the working directory. */
  readonly cwd?: string | undefined
  /** Relative to `cwd`. Default: the one that Prisma finds. A schema that it does not name is looked for beside it, as Prisma does with `--config`. */
  readonly configFile?: string | undefined
}

/**
 * An application's database by its config file of Prisma 7 alone. Models have their names; a condition by `where()` needs the client,
 * which {@link fromPrisma} is given.
 *
 * Runs the file at once. Throws `USAGE.ORM` where there is none, with where it looked, or where it fails. That it has no URL is told by
 * `connection()`.
 */
export function fromPrismaConfig(options: FromPrismaConfigOptions = {}): OrmAdapter {
  refuseUnknownOptions('fromPrismaConfig()', options, { cwd: aPath, configFile: aPath })
  const folder = path.resolve(options.cwd ?? '.')
  const file = options.configFile === undefined ? findConfig(folder) : namedConfig(options.configFile, folder)
  if (file === undefined) {
    throw wrongOrm(
      `No config file of Prisma was found: looked for ${lookedFor(folder)}.`,
      'name it: configFile, or --prisma=<path> on the command line',
    )
  }
  const config = loadConfig(file)
  const schemaFolder = options.configFile === undefined ? folder : path.dirname(file)
  const url = urlOf(config)
  const connection = once(() => {
    if (url) return prismaTarget(url)
    throw wrongOrm(
      `${file} has no datasource.url.`,
      "give it one, datasource: { url: env('DATABASE_URL') }, or name a database: connectionString of postgres(), or its URL as an argument of the command",
    )
  })
  return prismaAdapter({
    client: undefined,
    schema: undefined,
    folder: schemaFolder,
    config: () => config,
    connection,
    defaultSchema: () => schemaIn(url),
  })
}
