import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { stockClients, type TestServer, testData } from '@pgark/test-servers'
import { type Archive, readToc } from '../../src/index.ts'

export type OracleMajor = Parameters<typeof stockClients>[0]

/** An archive that stock pg_dump made. */
export interface StockArchive {
  readonly dataSet: string
  readonly format: 'custom' | 'directory' | 'tar'
  readonly location: string
  readonly archive: Archive
}

/** By the pg_dump of the server's major. */
export async function dump(server: TestServer, dataSet: string, location: string, ...args: string[]): Promise<void> {
  const env = { ...neutral, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  await run(stockClients(server.major as OracleMajor).pgDump, [...args, `--file=${location}`, dataSet], {
    env,
    maxBuffer,
  })
}

const run = promisify(execFile)
const maxBuffer = 1024 ** 3

/** Our own list has no time zone, and their text is in their language. */
const neutral = { TZ: 'UTC', LC_ALL: 'C', PATH: process.env.PATH }

/** stdout of pg_restore; a warning is an error here, but for one about a line of a list. */
export async function pgRestore(major: OracleMajor, args: readonly string[], server?: TestServer): Promise<string> {
  const connection = server && { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  const env = { ...neutral, ...connection }
  const { stdout, stderr } = await run(stockClients(major).pgRestore, args, { env, maxBuffer })
  const warnings = stderr.split('\n').filter((line) => line !== '' && !line.includes('warning: line ignored'))
  if (warnings.length > 0 && !args.includes('--verbose')) throw new Error(stderr)
  return stdout
}

/** The dump ids of a list, in its order. */
export const idsOf = (list: string) => [...list.matchAll(/^(\d+);/gm)].map(([, id]) => Number(id))

const dataSets = {
  northwind: ['northwind/northwind.sql'],
  pagila: ['pagila/pagila-schema.sql', 'pagila/pagila-data.sql'],
  archives: ['traps/archives.sql'],
  inheritance: ['traps/inheritance.sql'],
  objects: ['traps/objects.sql'],
  renaming: ['traps/renaming.sql'],
}

/** Of the rows that scripts generate one in a thousand will do: this is about tables of contents. */
const manyRows = /generate_series\(1,(\d\d+)000\)/g

/** Loads every data set that this major knows into a database of its name, and dumps each in every format. */
export async function stockArchives(server: TestServer): Promise<readonly StockArchive[]> {
  const major = server.major as OracleMajor
  const { psql } = stockClients(major)
  const env = { ...neutral, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-lists-'))
  const names = Object.entries(dataSets).filter(([name]) => name !== 'pagila' || major >= 17)
  const made: StockArchive[] = []
  for (const [dataSet, scripts] of names) {
    await server.createDatabase(dataSet)
    // Older majors load what they know of a script.
    const file = path.join(folder, `${dataSet}.sql`)
    const texts = await Promise.all(scripts.map((script) => readFile(path.join(testData(), script), 'utf8')))
    await writeFile(file, texts.join('\n').replace(manyRows, 'generate_series(1,$1)').replace('40001-i', '41-i'))
    await run(psql, ['-X', '-q', '-d', dataSet, '-f', file], { env, maxBuffer })
    await server.query(`COMMENT ON DATABASE ${dataSet} IS 'of the database'`, dataSet)
    for (const format of ['custom', 'directory', 'tar'] as const) {
      const location = path.join(folder, `${dataSet}.${format}`)
      const statistics = major >= 18 ? ['--statistics'] : []
      await dump(server, dataSet, location, `--format=${format}`, ...statistics)
      made.push({ dataSet, format, location, archive: readToc(await tocBytes(location, format)) })
    }
  }
  return made
}

/** Bytes that begin with the table of contents: all of a directory's, and what follows it of the others. */
export async function tocBytes(location: string, format: StockArchive['format']): Promise<Buffer> {
  if (format === 'directory') return await readFile(path.join(location, 'toc.dat'))
  const bytes = await readFile(location)
  return format === 'tar' ? bytes.subarray(512) : bytes
}
