import { readFile } from 'node:fs/promises'

/** A database that goes to some limit of what PostgreSQL can hold. */
export interface LimitDatabase {
  readonly name: string
  /** What makes it. */
  script(): Promise<string> | string
  /** False where there is no row in it. */
  readonly hasRows?: false
}

const own = (name: string) => () => readFile(new URL(`sql/${name}.sql`, import.meta.url), 'utf8')
const columns = Array.from({ length: 1600 }, (_, index) => `c${index + 1}`)

export const limitDatabases: readonly LimitDatabase[] = [
  { name: '0 tables', script: () => 'SELECT 1', hasRows: false },
  { name: 'tables without columns, without rows', script: own('shapes') },
  {
    name: 'a table of 1,600 columns',
    // As long as they are numbers, one page has room for all of them.
    script: () => `CREATE TABLE t (${columns.map((name) => `${name} int`).join()});
      INSERT INTO t VALUES (${columns.map((_, index) => index).join()}); INSERT INTO t (c1, c1600) VALUES (1, 2)`,
  },
  {
    name: 'a view whose definition has 1 MB',
    script: () =>
      `CREATE VIEW v AS SELECT ${columns.map((name) => `'${`${name} `.repeat(130)}\\'::text AS ${name}`).join()}`,
    hasRows: false,
  },
  { name: 'rows of backslashes, tabs, line ends and \\.', script: own('characters') },
  { name: 'every byte value in bytea', script: own('bytes') },
  { name: 'NaN, infinity, BC dates, years beyond 9999', script: own('numbers-and-times') },
  { name: 'every type, and arrays of it', script: own('types') },
  { name: 'enums, domains, composites, ranges of users', script: own('own-types') },
  { name: 'types of hstore, citext, ltree and others', script: own('extension-types') },
  { name: 'ICU and C collations', script: own('collations') },
]
