import { PgarkError } from '@pgark/core'
import type { MetaItem } from '@pgark/pg-sql'

/**
 * psql's commands that change what psql prints, and nothing that the server does. `\restrict` and `\unrestrict` keep psql from running
 * commands that a hostile server smuggled into its dump: where all commands are taken out or refused, there is none left to run.
 */
const printing = new Set([
  ...[
    'restrict',
    'unrestrict',
    'echo',
    'qecho',
    'warn',
    'timing',
    'pset',
    'a',
    'C',
    'f',
    'H',
    't',
    'T',
    'x',
    'r',
    'reset',
  ],
])

const hints: ReadonlyMap<string, string> = new Map([
  ['connect', 'a dump made with --create or by pg_dumpall changes databases; dump without --create'],
  ['c', 'a dump made with --create or by pg_dumpall changes databases; dump without --create'],
  ['encoding', 'write SET client_encoding instead'],
])

/** Throws `REFUSED.META_COMMAND` for a command of psql's without which the script would do something else. */
export function requirePrintingOnly({ text, line }: Pick<MetaItem, 'text' | 'line'>): void {
  const [, name = ''] = /^\\(\S*)/.exec(text) ?? []
  if (printing.has(name)) return
  throw new PgarkError('REFUSED.META_COMMAND', `Line ${line}: the psql command \\${name} cannot be taken out.`, {
    hint: hints.get(name) ?? 'without it the script would do something else; look at where the file comes from',
    meta: { line },
  })
}
