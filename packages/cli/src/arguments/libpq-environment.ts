import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { ConnectionParameters, TargetDefaults } from '@pgark/engine-postgres'

/**
 * What is read from, and as whom. Parameters that the engine does not know are named here too, so that they are refused rather than
 * passed over: they protect.
 *
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
const whereFrom = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGSERVICE: 'service',
  PGOPTIONS: 'options',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGLOADBALANCEHOSTS: 'load_balance_hosts',
}
/** How a connection is proved and protected: good for what is written to, too. */
const howSecured = {
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGSSLMODE: 'sslmode',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLCERTMODE: 'sslcertmode',
  PGSSLCRL: 'sslcrl',
  PGSSLCRLDIR: 'sslcrldir',
  PGSSLMINPROTOCOLVERSION: 'ssl_min_protocol_version',
  PGSSLMAXPROTOCOLVERSION: 'ssl_max_protocol_version',
  PGCHANNELBINDING: 'channel_binding',
  PGREQUIREAUTH: 'require_auth',
  PGREQUIREPEER: 'requirepeer',
  PGGSSENCMODE: 'gssencmode',
  PGMINPROTOCOLVERSION: 'min_protocol_version',
  PGAPPNAME: 'application_name',
  PGCONNECT_TIMEOUT: 'connect_timeout',
}
/** Files that libpq looks for in `~/.postgresql`. */
const homeFiles = { sslrootcert: 'root.crt', sslcert: 'postgresql.crt', sslkey: 'postgresql.key', sslcrl: 'root.crl' }

/** libpq's variables that name a database, as far as they are set. */
export const namedInEnvironment = (env: NodeJS.ProcessEnv): string[] =>
  ['PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGUSER', 'PGDATABASE'].filter((name) => env[name])

/** What fills in for a database that is read. */
export function readingDefaults(env: NodeJS.ProcessEnv): TargetDefaults {
  const user = env.PGSERVICEFILE || path.join(homedir(), '.pg_service.conf')
  const system = path.join(env.PGSYSCONFDIR || '/etc/postgresql-common', 'pg_service.conf')
  return {
    parameters: { ...fromHome(), ...secured(env), ...named(env, whereFrom) },
    serviceFiles: [user, system],
  }
}

/** What fills in for a database that is written to: nothing that could lead elsewhere, or let somebody else in. */
export function writingDefaults(env: NodeJS.ProcessEnv): TargetDefaults {
  return { parameters: { ...fromHome(), ...secured(env) } }
}

/** As in libpq an old variable asks for TLS, too, where the newer one says nothing. */
const secured = (env: NodeJS.ProcessEnv): ConnectionParameters => ({
  ...(env.PGREQUIRESSL?.startsWith('1') && { sslmode: 'require' }),
  ...named(env, howSecured),
})

function named(env: NodeJS.ProcessEnv, names: Readonly<Record<string, string>>): ConnectionParameters {
  return Object.fromEntries(
    Object.entries(names).flatMap(([variable, parameter]) => {
      const value = env[variable]
      return value ? [[parameter, value]] : []
    }),
  )
}

function fromHome(): ConnectionParameters {
  const files = Object.entries(homeFiles).map(([parameter, file]) => [
    parameter,
    path.join(homedir(), '.postgresql', file),
  ])
  return {
    passfile: path.join(homedir(), '.pgpass'),
    ...Object.fromEntries(files.filter(([, file]) => existsSync(file ?? ''))),
  }
}
