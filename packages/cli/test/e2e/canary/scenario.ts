import type { Certificate, TestServer } from '@pgark/test-servers'
import type pg from 'pg'

/** A value of a row, and a password: whatever happens, nobody may be told. */
export const secrets = { row: 'canary5105105105105100', password: 'sesame-4f1c' } as const

/** What a scenario may use. Everything in it is new, or as it was before. */
export interface Stage {
  readonly server: TestServer
  /** A folder of its own, in which the command runs. */
  readonly cwd: string
  /** URL of a database of that server, or of what stands before it, with the password that its user needs. */
  url(database: string, server?: { readonly port: number }): string
  /** A server of its own whose files cannot grow beyond 20 MB; it ends with the scenario. */
  fullServer(): Promise<TestServer>
  /** A server of its own that offers TLS with that certificate; it ends with the scenario. */
  tlsServer(certificate: Certificate): Promise<TestServer>
  /** A hot standby that lets no query hold up what it replays; it ends with the scenario. */
  standby(): Promise<TestServer>
  /** A new, empty database. */
  newDatabase(sql?: string): Promise<string>
  /** A session, of that server or of another, that ends with the scenario. */
  session(database?: string, server?: TestServer): Promise<pg.Client>
  /** A file in the folder; answers its name. */
  file(name: string, content: string | Uint8Array): Promise<string>
  /** A backup of the source, made with success into that file of the folder. */
  backup(name: string, flags?: readonly string[]): Promise<void>
  /** Something to do when the scenario is over. */
  after(undo: () => Promise<unknown>): void
}

/** The command line, and what happens beside it. */
export interface Act {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** The largest file that the command may write. */
  readonly maxFileBytes?: number
  /** Runs beside the command, and comes to an end, not least when the command has ended. */
  readonly meanwhile?: (hasEnded: () => boolean) => Promise<void>
}

/** Something that goes wrong, set up for real. */
export interface Scenario {
  /** What goes wrong, in a few words. */
  readonly name: string
  readonly exitCode: number
  /** In what it prints, as proof that it is this that went wrong. */
  readonly says: RegExp
  prepare(stage: Stage): Promise<Act> | Act
  /** Names of files that the command leaves beside those of `prepare`. Default: none. */
  readonly leaves?: readonly string[]
}

/** The database that is backed up: every row of it has the secret value. */
export const source = 'shop'
export const sourceSql = `
  CREATE TABLE cards (id int PRIMARY KEY, number text);
  INSERT INTO cards SELECT n, '${secrets.row}' FROM generate_series(1, 20000) n;
  CREATE MATERIALIZED VIEW totals AS SELECT number, count(*) FROM cards GROUP BY 1;
  CREATE ROLE stranger LOGIN PASSWORD '${secrets.password}';
  GRANT USAGE ON SCHEMA public TO stranger`
