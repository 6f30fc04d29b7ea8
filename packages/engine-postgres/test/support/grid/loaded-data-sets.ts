import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { databaseContent, startServer, type TestServer } from '@pgark/test-servers'
import { type DataSet, dataSets } from '../data-sets.ts'
import { type OracleMajor, type Stock, stockFor } from '../stock.ts'

/** Of the rows that a script generates by tens of thousands a tenth will do here. */
const manyRows = /generate_series\(1,(\d+)0000\)/g
const lesser = (script: string) => script.replace(manyRows, 'generate_series(1,$1000)').replace('40001-i', '4001-i')

export interface LoadedDataSet {
  /** The database. */
  readonly source: string
  /** A database to make targets of. */
  readonly empty: string
  /** What is in it. */
  readonly content: readonly string[]
}

/** The data sets that a major knows. */
export const dataSetsOf = (major: OracleMajor) => dataSets.filter(({ since }) => !since || since.major <= major)

/** A server, on which each data set is loaded once, when it is first asked for. */
export class LoadedDataSets {
  readonly server: TestServer
  readonly stock: Stock
  readonly folder: string
  readonly #loaded = new Map<string, Promise<LoadedDataSet>>()

  static async on(major: OracleMajor): Promise<LoadedDataSets> {
    const folder = await mkdtemp(path.join(tmpdir(), 'pgark-grid-'))
    return new LoadedDataSets(
      await startServer(major, { settings: { wal_level: 'logical', autovacuum: 'off' } }),
      folder,
    )
  }

  private constructor(server: TestServer, folder: string) {
    this.server = server
    this.stock = stockFor(server)
    this.folder = folder
  }

  async end(): Promise<void> {
    await this.server.stop()
    await rm(this.folder, { recursive: true })
  }

  get major(): OracleMajor {
    return this.server.major as OracleMajor
  }

  get(name: string): Promise<LoadedDataSet> {
    const known = this.#loaded.get(name) ?? this.#load(name)
    this.#loaded.set(name, known)
    return known
  }

  /** Databases are made of others by name, and dropped. */
  async createLike(template: string, name: string): Promise<void> {
    await this.server.createDatabase(name, `TEMPLATE "${template}"`)
  }

  async drop(name: string): Promise<void> {
    const { rows } = await this.server.query(
      'SELECT quote_ident(subname) AS name FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
      name,
    )
    for (const subscription of rows) await this.server.query(`DROP SUBSCRIPTION ${subscription.name}`, name)
    await this.server.query(`DROP DATABASE "${name}"`)
  }

  async #load(name: string): Promise<LoadedDataSet> {
    const dataSet = dataSets.find((each) => each.name === name) as DataSet
    const { prerequisites = [], scripts, wholeSince, stockFault } = dataSet
    const [source, empty] = [`${name} source`, `${name} empty`]
    await this.server.createDatabase(empty, 'TEMPLATE template0')
    for (const script of prerequisites) await this.stock.psql(empty, script)
    await this.createLike(empty, source)
    let errors = ''
    for (const script of scripts(this.major)) {
      const file = path.join(this.folder, `${name}.sql`)
      await writeFile(file, lesser(await readFile(script, 'utf8')))
      errors += await this.stock.psql(source, file)
    }
    const isPartial = wholeSince !== undefined && this.major < wholeSince.major
    if (errors.includes('ERROR') !== isPartial) throw new Error(`Loading ${name}: ${errors}`)
    if (stockFault?.error && stockFault.since <= this.major) await this.server.query(stockFault.error.without, source)
    return { source, empty, content: await databaseContent(this.server, source) }
  }
}
