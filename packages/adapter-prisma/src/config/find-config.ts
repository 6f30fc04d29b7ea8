import { statSync } from 'node:fs'
import path from 'node:path'
import { wrongOrm } from '../wrong-orm.ts'

const endings = ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts']
const named = (base: string) => endings.map((ending) => `${base}${ending}`)

/** Where Prisma looks for its config file, in its order: those that are for Prisma 7 only come first. */
export const configPlaces: readonly string[] = [
  ...['prisma7.config', path.join('.config', 'prisma7')].flatMap(named),
  ...['prisma.config', path.join('.config', 'prisma'), path.join('.config', 'prisma.config')].flatMap((base) => [
    ...named(base),
    ...named(path.join(base, 'index')),
  ]),
]

/** The config file in that folder; undefined where there is none. */
export function findConfig(folder: string): string | undefined {
  return configPlaces.map((place) => path.resolve(folder, place)).find(isFile)
}

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true

/** The file that was named. Throws `USAGE.ORM` where there is none. */
export function namedConfig(file: string, folder: string): string {
  const named = path.resolve(folder, file)
  if (isFile(named)) return named
  throw wrongOrm(
    `There is no config file of Prisma at ${named}.`,
    'name another one (configFile, or --prisma=<path>), or none, to have it found',
  )
}

/** For people, who need not see thirty names. */
export const lookedFor = (folder: string) =>
  `prisma7.config.*, .config/prisma7.*, prisma.config.* and .config/prisma.* in ${folder} (${endings.map((each) => each.slice(1)).join(', ')})`
