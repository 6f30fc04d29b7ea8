import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { wrongOrm } from '../wrong-orm.ts'
import { type Block, blocksOf } from './blocks.ts'

/** Where Prisma looks when nobody tells it. */
const defaultPlaces = ['schema.prisma', path.join('prisma', 'schema.prisma')]

/** The file or folder with the schema. Throws `USAGE.ORM` with where it looked. */
export function schemaPlace(given: string | undefined, folder: string): string {
  const places = given === undefined ? defaultPlaces.map((place) => path.resolve(folder, place)) : [given]
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false }))
  if (found !== undefined) return found
  throw wrongOrm(
    `No Prisma schema was found: there is neither ${places.join(' nor ')}.`.replace(
      'neither ',
      places.length > 1 ? 'neither ' : 'no ',
    ),
    "name it, in the config file or to fromPrisma(): schema: 'prisma/schema.prisma', a file or a folder",
  )
}

/** All declarations of a schema: of a file, or of every `*.prisma` in a folder and its folders. */
export function readSchema(place: string): Block[] {
  const files = statSync(place).isDirectory() ? filesIn(place) : [place]
  if (files.length === 0)
    throw wrongOrm(`The folder ${place} has no file that ends with .prisma.`, 'name another folder, or a file')
  return files.flatMap((file) => blocksOf(readFileSync(file, 'utf8'), file))
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.prisma'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()

/** The folder of the file that declares the datasource: there Prisma keeps its migrations. */
export function baseFolder(place: string, blocks: readonly Block[]): string {
  const datasource = blocks.find(({ keyword }) => keyword === 'datasource')
  if (datasource) return path.dirname(datasource.file)
  return statSync(place).isDirectory() ? place : path.dirname(place)
}

/** Throws `USAGE.ORM` where the schema is for a database of another make. */
export function refuseOtherProviders(blocks: readonly Block[]): void {
  for (const { keyword, lines, file } of blocks) {
    if (keyword !== 'datasource') continue
    const line = lines.find(([name]) => name?.text === 'provider')
    const provider = line?.find(({ kind }) => kind === 'string')?.text
    if (provider === undefined || provider === 'postgresql' || provider === 'postgres') continue
    throw wrongOrm(`The datasource in ${file} is no PostgreSQL, but ${provider}.`, 'pgark backs up PostgreSQL only')
  }
}
