import { type OrmConnection, PgarkError } from '@pgark/core'
import { type Credentials, connectionOptions } from './connection-options.ts'

export interface ConnectionChoice {
  readonly role: 'master' | 'slave'
  readonly connection: string | Readonly<Record<string, unknown>> | undefined
}

/**
 * Where the DataSource connects to. Throws `USAGE.ORM`.
 *
 * @param place what the DataSource is called in messages
 */
export function chooseConnection(
  options: Readonly<Record<string, unknown>>,
  { role, connection }: ConnectionChoice,
  place: string,
): OrmConnection {
  if (connection !== undefined) {
    const given = typeof connection === 'string' ? { connectionString: connection } : { ...connection }
    return { origin: 'connection, as it was given', options: given }
  }
  const { credentials, name } = credentialsOf(options, role)
  return { origin: `${name} of ${place}`, options: connectionOptions(options, credentials) }
}

interface Replication {
  readonly master: Credentials
  readonly slaves?: readonly Credentials[]
}

function credentialsOf(
  options: Readonly<Record<string, unknown>>,
  role: 'master' | 'slave',
): { credentials: Credentials; name: string } {
  const replication = options.replication as Replication | undefined
  if (role === 'master') {
    return replication
      ? { credentials: replication.master, name: 'replication.master' }
      : { credentials: options, name: 'options' }
  }
  const [slave] = replication?.slaves ?? []
  if (slave) return { credentials: slave, name: 'replication.slaves[0]' }
  throw new PgarkError('USAGE.ORM', 'The DataSource has no replication.slaves, and so no slave to connect to.', {
    hint: 'leave out role, or give connection',
  })
}
