import { isDeepStrictEqual } from 'node:util'
import { quoteIdentifier, quoteLiteral } from '@pgark/pg-sql'
import type { DatabaseGrant, DatabaseProperties, DatabaseSetting } from './database-properties.ts'

/** What `to` is beside its owner and name, and what it shall be. */
export type Carried = Omit<DatabaseProperties, 'oid'>

/**
 * Statements that make `to`, a database of the same owner, what `from` is: rights, comment, labels, settings, limits. None for what
 * is alike already. They run in one transaction.
 */
export function carryStatements(from: Carried, to: Carried): string[] {
  const database = quoteIdentifier(to.name)
  return [
    ...grantStatements(from, to, database),
    ...(from.comment === to.comment
      ? []
      : [`COMMENT ON DATABASE ${database} IS ${from.comment === null ? 'NULL' : quoteLiteral(from.comment)}`]),
    ...labelStatements(from, to, database),
    ...settingStatements(from, to, database),
    ...limitStatements(from, to, database),
  ]
}

const sorted = (grants: readonly DatabaseGrant[]) => grants.map((grant) => JSON.stringify(grant)).sort()
const roleOrPublic = (role: string | null) => (role === null ? 'PUBLIC' : quoteIdentifier(role))

/** All anew, in the order in which they stand: who hands on a right was given it before. */
function grantStatements(from: Carried, to: Carried, database: string): string[] {
  if (isDeepStrictEqual(sorted(from.grants), sorted(to.grants))) return []
  const grantees = new Set(to.grants.map(({ grantee }) => grantee))
  return [
    ...[...grantees].map((grantee) => `REVOKE ALL ON DATABASE ${database} FROM ${roleOrPublic(grantee)} CASCADE`),
    ...from.grants.flatMap(({ grantor, grantee, privilege, isGrantable }) => {
      const option = isGrantable ? ' WITH GRANT OPTION' : ''
      const grant = `GRANT ${privilege} ON DATABASE ${database} TO ${roleOrPublic(grantee)}${option}`
      // What the owner grants everyone may grant who acts for the owner; anybody else does it in person.
      return grantor === from.owner ? [grant] : [`SET LOCAL ROLE ${quoteIdentifier(grantor)}`, grant, 'RESET ROLE']
    }),
  ]
}

function labelStatements({ labels }: Carried, to: Carried, database: string): string[] {
  if (isDeepStrictEqual(labels, to.labels)) return []
  const label = (provider: string, text: string) =>
    `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON DATABASE ${database} IS ${text}`
  return [
    ...to.labels.map(({ provider }) => label(provider, 'NULL')),
    ...labels.map(({ provider, label: text }) => label(provider, quoteLiteral(text))),
  ]
}

function settingStatements(from: Carried, to: Carried, database: string): string[] {
  const roles = new Set([...from.settings, ...to.settings].map(({ role }) => role))
  return [...roles].flatMap((role) => {
    const ofRole = ({ settings }: Carried) => settings.filter((setting) => setting.role === role)
    const [wanted, there] = [ofRole(from), ofRole(to)]
    if (isDeepStrictEqual(wanted, there)) return []
    const alter =
      role === null ? `ALTER DATABASE ${database}` : `ALTER ROLE ${quoteIdentifier(role)} IN DATABASE ${database}`
    return [...(there.length > 0 ? [`${alter} RESET ALL`] : []), ...wanted.map((setting) => `${alter} ${set(setting)}`)]
  })
}

/** Their values are lists of names, stored as they are written; quoted as a whole they would be one name. As in pg_dump. */
const listsOfNames = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

function set({ name, value }: DatabaseSetting): string {
  const values = listsOfNames.has(name.toLowerCase()) ? namesIn(value) : [value]
  return `SET ${quoteIdentifier(name)} TO ${values.map(quoteLiteral).join(', ')}`
}

function namesIn(value: string): string[] {
  const names = [...value.matchAll(/"((?:[^"]|"")*)"|[^",\s][^",]*/g)].map(
    ([written, quoted]) => quoted?.replaceAll('""', '"') ?? written.trim(),
  )
  return names.length > 0 ? names : ['']
}

function limitStatements(from: Carried, to: Carried, database: string): string[] {
  const of = ({ connectionLimit, allowsConnections, isTemplate }: Carried) =>
    `CONNECTION LIMIT ${connectionLimit} ALLOW_CONNECTIONS ${allowsConnections} IS_TEMPLATE ${isTemplate}`
  return of(from) === of(to) ? [] : [`ALTER DATABASE ${database} WITH ${of(from)}`]
}
