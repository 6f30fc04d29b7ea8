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
  /** The text of `pg_dump --schema-only`, less what is random in it. */
  definitions(database: string): Promise<string>
  readonly clients: StockClients
}

/** Random for each dump. https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMAND-RESTRICT */
const guardToken = /^(\\(?:un)?restrict) \w+$/gm

export function stockFor(server: TestServer): Stock {
  const clients = stockClients(server.major as OracleMajor)
  const environment = { PATH: process.env.PATH, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  const run = async (command: string, args: string[], database: string, cwd?: string) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, PGDATABASE: database },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stderr}`)
    return { stdout, stderr }
  }
  return {
    clients,
    async psql(database, file, cwd) {
      const args = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', `--file=${file}`]
      return (await run(clients.psql, args, database, cwd)).stderr
    },
    async dump(database, file, ...args) {
      await run(clients.pgDump, [`--file=${file}`, ...args], database)
    },
    async definitions(database) {
      const { stdout } = await run(clients.pgDump, ['--schema-only'], database)
      return stdout.replace(guardToken, '$1')
    },
  }
}
