import { statSync } from 'node:fs'
import type { Problem } from '@pgark/core'
import { ormOfDatabase } from '../config/orm-database.ts'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'
import type { OrmChoice } from '../plugins/open-orm.ts'
import { isConnectionString } from './database-problems.ts'

/** By which ORM an application knows its database. */
export interface OrmFlags {
  prisma?: string | true
  typeorm?: string
}

/** The ORM that flags choose. */
export function ormOfFlags({ prisma, typeorm }: OrmFlags): OrmChoice | undefined {
  const folder = process.cwd()
  if (typeorm !== undefined) return { name: 'typeorm', by: '--typeorm', file: typeorm, folder }
  if (prisma === undefined) return undefined
  return { name: 'prisma', by: '--prisma', file: prisma === true ? undefined : prisma, folder }
}

/**
 * What is wrong with the flags, by themselves and beside the database.
 *
 * @param database as an argument, or a backup of the config, names it
 */
export function* ormProblems(flags: OrmFlags, database: string | undefined, config: ProjectConfig): Iterable<Problem> {
  const { prisma, typeorm } = flags
  if (prisma !== undefined && typeorm !== undefined) yield { message: '--prisma and --typeorm exclude each other.' }
  // What it is may be a password in the wrong place: it is not repeated.
  if (typeof prisma === 'string' && !isModule(prisma)) {
    const hint = 'a database goes before --prisma, and what has no usual name of a config file is --prisma=./path'
    yield { message: '--prisma is followed by what is no config file.', hint }
  }
  if (typeorm !== undefined && !isModule(typeorm)) {
    const hint = 'name the compiled module with the DataSource, for example --typeorm dist/data-source.js'
    yield { message: '--typeorm is followed by what is no module.', hint }
  }
  const chosen = ormOfFlags(flags)
  const other = ormOfDatabase(database, config)
  if (chosen && other) {
    const hint = `leave ${chosen.by} out, or name the database otherwise`
    yield { message: `${other.by} of ${configTitle(config)} has an ORM already, and there is ${chosen.by}.`, hint }
  }
}

/** By its name, or because it is a file: a word after an optional value is easily taken for it. */
const isModule = (text: string): boolean =>
  !isConnectionString(text) &&
  (/\.[cm]?[jt]s$/.test(text) || (statSync(text, { throwIfNoEntry: false })?.isFile() ?? false))
