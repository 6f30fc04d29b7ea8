import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type StockClients, stockClients, type TestServer } from '@pgark/test-servers'

export type OracleMajor = Parameters<typeof stockClients>[0]

/** PostgreSQL's own programs, run against one server. */
export interface Stock {
  /** Runs a script file, stopping at the first error unless the script says otherwise; answers what was written to stderr. */
  psql(database: string, file: string, cwd?: string): Promise<string>
  /** `pg_dump` into a plain file. */
  dump(database: string, file: string, ...args: string[]): Promise<void>
  /** `pg_restore`, or psql with a script; goes on after errors, and answers their messages, sorted. */
  restore(args: readonly string[], database?: string): Promise<string[]>
  script(database: string, file: string): Promise<string[]>
  /** stdout of `pg_restore`, which must find nothing to complain about. */
  read(args: readonly string[]): Promise<string>
  /** The text of `pg_dump --schema-only`, less what is random in it. */
  definitions(database: string): Promise<string>
  readonly clients: StockClients
}

/** Random for each dump. https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMAND-RESTRICT */
const guardToken = /^(\\(?:un)?restrict) \w+$/gm

/** Of pg_restore and of psql, without what comes before. */
const errorLine = /^.*?\b(?:error|ERROR): +(.*)$/gm
/** A database's name may look like a connection string. */
const asKeywords = (database: string) => `dbname='${database.replace(/['\\]/g, '\\$&')}'`

/** By the clients of the server's major, unless another one is given. */
export function stockFor(server: TestServer, major = server.major as OracleMajor): Stock {
  const clients = stockClients(major)
  // Messages in English, times without a zone's name.
  const neutral = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  const environment = { ...neutral, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  const end = async (command: string, args: readonly string[], database: string, cwd?: string) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, PGDATABASE: database },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { stdout, stderr, code }
  }
  const run = async (command: string, args: readonly string[], database: string, cwd?: string) => {
    const { stdout, stderr, code } = await end(command, args, database, cwd)
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stderr}`)
    return { stdout, stderr }
  }
  const errorsOf = async (command: string, args: readonly string[], database: string) => {
    const { stderr, code } = await end(command, args, database)
    const errors = [...stderr.matchAll(errorLine)].map(([, error = '']) => error)
    if (errors.length === 0 && code !== 0) throw new Error(`${command} ended with ${code}:\n${stderr}`)
    return errors.sort()
  }
  return {
    clients,
    async psql(database, file, cwd) {
      const args = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', `--file=${file}`]
      return (await run(clients.psql, args, database, cwd)).stderr
    },
    restore: (args, database) =>
      errorsOf(
        clients.pgRestore,
        database === undefined ? args : [`--dbname=${asKeywords(database)}`, ...args],
        'postgres',
      ),
    script: (database, file) =>
      errorsOf(clients.psql, ['--no-psqlrc', '--quiet', '--output=/dev/null', `--file=${file}`], database),
    read: async (args) => (await run(clients.pgRestore, args, 'postgres')).stdout,
    async dump(database, file, ...args) {
      await run(clients.pgDump, [`--file=${file}`, ...args], database)
    },
    async definitions(database) {
      const { stdout } = await run(clients.pgDump, ['--schema-only'], database)
      return stdout.replace(guardToken, '$1')
    },
  }
}
