import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { testData } from '@pgark/test-servers'
import type { OracleMajor } from './stock.ts'

/** A database to take through every way of backing up and restoring. */
export interface DataSet {
  readonly name: string
  /** Scripts for psql, in order, for a server of that major. */
  scripts(major: OracleMajor): string[]
  /** What must be in a database before any of it can be restored there, and is there before its own scripts run. */
  readonly prerequisites?: readonly string[]
  /** The oldest major that can load it at all, and why not an older one. */
  readonly since?: { readonly major: OracleMajor; readonly because: string }
  /** The oldest major that can load all of it; older ones load what they know, as the script asks psql to go on after errors. */
  readonly wholeSince?: { readonly major: OracleMajor; readonly because: string }
  /** False where the scripts only define. */
  readonly hasRows?: false
  readonly stockFault?: StockFault
}

/** A fault that pg_dump's own dump has when psql restores it. We cannot do better with the same definitions. */
export interface StockFault {
  readonly since: OracleMajor
  /** psql stops with this error; `without` drops the object from the database, and the rest is held to the usual standard. */
  readonly error?: { readonly message: RegExp; readonly without: string }
  /** psql restores it, but a dump of the restored database differs from one of the source. */
  readonly differs?: RegExp
}

const own = (name: string) => fileURLToPath(new URL(`../round-trip/schema/${name}.sql`, import.meta.url))
const given = (...names: string[]) => names.map((name) => path.join(testData(), name))

export const dataSets: readonly DataSet[] = [
  { name: 'northwind', scripts: () => given('northwind/northwind.sql') },
  {
    name: 'pagila',
    scripts: () => given('pagila/pagila-schema.sql', 'pagila/pagila-data.sql'),
    since: { major: 17, because: 'it uses JSON_TABLE and sets transaction_timeout' },
  },
  { name: 'archives', scripts: () => given('traps/archives.sql') },
  {
    name: 'inheritance',
    scripts: () => given('traps/inheritance.sql'),
    // NOT NULL constraints have names since 18, and the name that the server chose once was taken when it chose again.
    stockFault: { since: 18, differs: /CONSTRAINT parent_a_not_null1 NOT NULL/ },
  },
  { name: 'objects', scripts: () => given('traps/objects.sql') },
  {
    name: 'renaming',
    scripts: () => given('traps/renaming.sql'),
    wholeSince: { major: 17, because: 'multiranges, BEGIN ATOMIC, MERGE, column lists of publications, JSON_TABLE' },
    hasRows: false,
    // A view that sorts by an operator does not depend on the operator class that makes it one to sort by.
    stockFault: { since: 15, error: { message: /<<< is not a valid ordering operator/, without: 'DROP VIEW app.v4' } },
  },
  { name: 'older than pg_dump', scripts: () => [own('older-than-pg-dump')] },
  { name: 'hostile names', scripts: () => [own('hostile-names')] },
  {
    name: 'every kind',
    scripts: (major) => [
      own('roles'),
      ...(major >= 17 ? [own('since-16')] : []),
      ...(major >= 18 ? [own('since-18')] : []),
      own('every-kind'),
    ],
    since: { major: 15, because: 'it uses multiranges and BEGIN ATOMIC, which came with 14' },
  },
  { name: 'extensions', prerequisites: [own('extension-with-rows')], scripts: () => [own('extensions')] },
  { name: 'empty', scripts: () => [], hasRows: false },
]
