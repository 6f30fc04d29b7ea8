import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { testData } from '@pgark/test-servers'
import type { OracleMajor } from './stock.ts'

/** A database to take through every way of backing up and restoring. */
export interface DataSet {
  readonly name: string
  /** Scripts for psql, in order, for a server of that major. */
  scripts(major: OracleMajor): string[]
  /** The oldest major that can load it, with the reason where that is not 13. */
  readonly since: { readonly major: OracleMajor; readonly reason?: string }
}

const own = (name: string) => fileURLToPath(new URL(`../round-trip/schema/${name}.sql`, import.meta.url))
const given = (...names: string[]) => names.map((name) => path.join(testData(), name))
const everywhere = { major: 13 } as const

export const dataSets: readonly DataSet[] = [
  { name: 'northwind', since: everywhere, scripts: () => given('northwind/northwind.sql') },
  {
    name: 'pagila',
    since: { major: 17, reason: 'its pg_dump is of a server that knew more' },
    scripts: () => given('pagila/pagila-schema.sql', 'pagila/pagila-data.sql'),
  },
  { name: 'archives', since: everywhere, scripts: () => given('traps/archives.sql') },
  { name: 'inheritance', since: everywhere, scripts: () => given('traps/inheritance.sql') },
  { name: 'objects', since: everywhere, scripts: () => given('traps/objects.sql') },
  { name: 'renaming', since: everywhere, scripts: () => given('traps/renaming.sql') },
  { name: 'hostile names', since: everywhere, scripts: () => [own('hostile-names')] },
  {
    name: 'every kind',
    since: { major: 15, reason: 'BEGIN ATOMIC came with 14' },
    scripts: (major) => [
      own('roles'),
      ...(major >= 17 ? [own('since-16')] : []),
      ...(major >= 18 ? [own('since-18')] : []),
      own('every-kind'),
    ],
  },
]
