import type { SessionFacts } from './session.ts'

/** What the caller decides about a dump; see `DumpDefinitionsOptions`. */
export interface DumpSelection {
  readonly args: readonly string[]
  /** `undefined` where the transaction that pg_dump finds has imported it. */
  readonly snapshot: string | undefined
  readonly lockTimeoutMs: number
  readonly encoding?: string | undefined
}

/** pg_dump's arguments. Ours come last: for an option given twice, pg_dump takes the last. */
export function pgDumpArguments(selection: DumpSelection, session: SessionFacts): string[] {
  return [
    ...selection.args,
    '--schema-only',
    '--format=custom',
    '--compress=0',
    '--no-sync',
    ...(selection.snapshot === undefined ? [] : [`--snapshot=${selection.snapshot}`]),
    // Its own LOCKs can wait behind ours without the server seeing a deadlock.
    `--lock-wait-timeout=${selection.lockTimeoutMs}`,
    // pg asked for UTF8 when it connected; stock pg_dump keeps the database's encoding, which SQL_ASCII depends on.
    `--encoding=${selection.encoding ?? session.serverEncoding}`,
    `--dbname=${connectionString({ dbname: session.database })}`,
  ]
}

/** A libpq connection string. A plain `--dbname` would be taken for one itself if it held a `=` or began like a URL. */
export function connectionString(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value.replace(/['\\]/g, '\\$&')}'`)
    .join(' ')
}
