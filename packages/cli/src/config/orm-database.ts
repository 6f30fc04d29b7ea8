import path from 'node:path'
import type { Problem } from '@pgark/core'
import type { OrmChoice, OrmName } from '../plugins/open-orm.ts'
import type { OrmDatabase } from './define-config.ts'
import type { ProjectConfig } from './project-config.ts'
import { expected, type Fields, isRecord, keyProblems } from './values.ts'

const names = Object.keys({ prisma: true, typeorm: true } satisfies Record<OrmName, true>) as OrmName[]

/** Whether a database is that of an application, named by its ORM. */
export const isOrmDatabase = (value: unknown): value is OrmDatabase =>
  isRecord(value) && names.some((name) => Object.hasOwn(value, name))

/** What is wrong with such a database, but for what the package of the ORM has to say of it. */
export function* ormDatabaseProblems(at: string, value: Fields): Iterable<Problem> {
  yield* keyProblems(at, value, names)
  const { prisma, typeorm } = value
  if (Object.hasOwn(value, 'prisma') && Object.hasOwn(value, 'typeorm')) {
    yield { message: `${at}: prisma and typeorm exclude each other.` }
  }
  if (Object.hasOwn(value, 'prisma') && prisma !== true && !isPath(prisma)) {
    yield expected(`${at}.prisma`, 'true or the path of a config file of Prisma', prisma)
  }
  if (Object.hasOwn(value, 'typeorm') && !isPath(typeorm)) {
    yield expected(`${at}.typeorm`, 'the path of a module with a DataSource', typeorm)
  }
}

const isPath = (value: unknown) => typeof value === 'string' && value !== ''

/** The ORM that a database of the config is named by, looked for where the config file is; undefined where it is named otherwise. */
export function ormOfDatabase(name: string | undefined, { databases, file }: ProjectConfig): OrmChoice | undefined {
  const value = databases.get(name ?? '')
  if (!isOrmDatabase(value)) return undefined
  const by = `databases.${name}`
  const folder = path.dirname(file ?? '')
  if (value.typeorm !== undefined) return { name: 'typeorm', by, file: value.typeorm, folder }
  return { name: 'prisma', by, file: value.prisma === true ? undefined : value.prisma, folder }
}
