import type { BackupRequest } from '@pgark/core'
import { completionMarker, escapeLineEnds, sessionSettings } from '@pgark/pg-archive'
import { quoteLiteral } from '@pgark/pg-sql'
import type { HeldSnapshot } from '../snapshot/held-snapshot.ts'

/** The comments at the head of a plain file: where it comes from, and the user's own facts. */
export function headerSql(request: BackupRequest, { server, time, lsn }: HeldSnapshot, version: string): string {
  const lines = [
    `pgark backup ${request.id}`,
    '',
    `written by: pgark ${version}`,
    `database: ${server.database}`,
    `server version: ${server.version}`,
    `snapshot: ${time} at ${lsn}`,
    ...Object.entries(request.metadata).map(([key, value]) => `metadata: ${key} = ${value}`),
    '',
    'restore with: psql -X -1 -v ON_ERROR_STOP=1 -f <this file> <database>, or pgark restore <this file> --to <database>',
  ]
  return `${lines.map((line) => `-- ${escapeLineEnds(line)}`.trimEnd()).join('\n')}\n\n`
}

/** How the session that restores must be set up: the same settings under which the rows were written, and no waiting for the disk. */
export function setupSql(encoding: string, disableTriggers: boolean): string {
  const statements = [
    'SET statement_timeout = 0',
    'SET lock_timeout = 0',
    'SET idle_in_transaction_session_timeout = 0',
    // Unknown before 17, where it must not be set at all.
    "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'",
    `SET client_encoding = ${quoteLiteral(encoding)}`,
    'SET standard_conforming_strings = on',
    "SELECT pg_catalog.set_config('search_path', '', false)",
    // Archives of pg_dump's have money in the words of the database that they are of.
    "SET lc_monetary = 'C'",
    ...sessionSettings,
    'SET synchronous_commit = off',
    ...(disableTriggers ? ['SET session_replication_role = replica'] : []),
  ]
  return `${statements.join(';\n')};\n\n`
}

/**
 * Commits from here on wait for the disk again. Outside one transaction nothing might be left to commit, so that a transaction is
 * made which writes a record: waiting for it waits for all before it.
 */
export function closingSql(disableTriggers: boolean): string {
  const replication = disableTriggers ? 'SET session_replication_role = origin;\n' : ''
  return `${replication}SET synchronous_commit = on;\nSELECT pg_catalog.txid_current();\n\n${completionMarker}\n`
}
