import type pg from 'pg'
import type { ResolvedOptions } from '../options.ts'
import { ConnectProblem } from './connect-problem.ts'
import { lookUpPassword } from './passfile.ts'
import type { ServerAddress } from './server-addresses.ts'

/** What the server asks for: libpq's words. */
type Method = 'none' | 'password' | 'md5' | 'scram-sha-256'

interface AskedFor {
  method: Method
  /** With channel binding. */
  isBound: boolean
}

/** Keeps account of how a connection is authenticated. */
export interface Authentication {
  /** For pg, which calls it when the server asks for a password. */
  readonly password: () => Promise<string>
  /** Before the client connects. */
  watch(client: pg.Client): void
  /** Once it is connected: throws where what was required did not happen, because the server asked for nothing. */
  check(): void
}

export function authentication(options: ResolvedOptions, server: ServerAddress, database: string): Authentication {
  const asked: AskedFor = { method: 'none', isBound: false }
  return {
    async password() {
      // Whoever is not agreed with gets no password either.
      refuseUnwanted(options, asked)
      return await passwordFor(options, server, database)
    },
    watch({ connection }) {
      connection.once('authenticationCleartextPassword', () => (asked.method = 'password'))
      connection.once('authenticationMD5Password', () => (asked.method = 'md5'))
      connection.once('authenticationSASL', ({ mechanisms }: { mechanisms: string[] }) => {
        asked.method = 'scram-sha-256'
        asked.isBound = mechanisms.includes('SCRAM-SHA-256-PLUS')
      })
    },
    check: () => refuseUnwanted(options, asked),
  }
}

function refuseUnwanted({ requireAuth, channelBinding }: ResolvedOptions, { method, isBound }: AskedFor): void {
  const hint = "check the server's pg_hba.conf, and that it is the right server"
  const refused = requireAuth.filter((wanted) => wanted.startsWith('!')).map((wanted) => wanted.slice(1))
  const isWanted = refused.length > 0 ? !refused.includes(method) : requireAuth.includes(method)
  if (requireAuth.length > 0 && !isWanted) {
    const wants = method === 'none' ? 'no authentication' : `authentication by ${method}`
    throw new ConnectProblem(`it wants ${wants}, which requireAuth (require_auth) excludes`, hint)
  }
  if (channelBinding === 'require' && !isBound) {
    throw new ConnectProblem('it does not offer channel binding, which is required', hint)
  }
}

async function passwordFor(options: ResolvedOptions, server: ServerAddress, database: string): Promise<string> {
  const { password, passfile, user } = options
  const given = typeof password === 'function' ? await called(password) : password
  if (given) return given
  const { password: found, warning } = passfile ? await lookUpPassword(passfile, { server, database, user }) : {}
  if (found) return found
  throw new ConnectProblem('it asks for a password', warning ?? 'give one (password, passfile; PGPASSWORD, ~/.pgpass)')
}

async function called(password: () => string | Promise<string>): Promise<string> {
  try {
    return await password()
  } catch (cause) {
    throw new ConnectProblem('the function that gives the password failed', 'look at the cause of this error', cause)
  }
}
