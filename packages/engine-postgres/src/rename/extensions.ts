import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type { NameKind } from '@pgark/pg-sql/rename'
import type pg from 'pg'
import type { Inventory } from './inventory.ts'
import { firstName } from './written-names.ts'

/** What becomes of the extensions in schemas that are renamed: they are made anew with them, or are in the target and stay. */
export interface Extensions {
  /** Schemas in which extensions are made: what these have in them goes along. */
  readonly moving: ReadonlySet<string>
  /** What belongs to extensions that are there, and keeps its name. */
  readonly members: ReadonlyMap<string, Member>
  /** Extensions that are there, with the schemas that they are in. */
  readonly installed: ReadonlyMap<string, string>
  /** Extensions that can be nowhere but in one schema, by name. */
  readonly fixed: ReadonlyMap<string, string>
}

export interface Member {
  readonly kind: NameKind
  readonly schema: string
  readonly name: string
}

const inSchema = /\bWITH SCHEMA (.+?);?\s*$/

/** The extensions of an archive, by name, with the schemas that it has them in. */
export const extensionsOf = (entries: readonly TocEntry[]): ReadonlyMap<string, string> =>
  new Map(
    entries
      .filter(({ description }) => description === 'EXTENSION')
      .map(({ tag = '', definition = '' }) => [tag, firstName(inSchema.exec(definition)?.[1] ?? '')?.name ?? '']),
  )

/** The statement that makes an extension, in the new place of its schema. */
export const inNewSchema = (definition: string, rename: (sql: string) => string) =>
  definition.replace(inSchema, (_, schema: string) => {
    const [before, after] = ['COMMENT ON SCHEMA ', ' IS NULL']
    return `WITH SCHEMA ${rename(before + schema + after).slice(before.length, -after.length)};\n`
  })

/** Where there is no database yet. */
export const allMade = (entries: readonly TocEntry[]): Extensions => ({
  moving: new Set(extensionsOf(entries).values()),
  members: new Map(),
  installed: new Map(),
  fixed: new Map(),
})

// https://www.postgresql.org/docs/current/view-pg-available-extension-versions.html
const extensionsSql = `
  SELECT named.name, n.nspname::text AS place, v.schema AS "fixedIn"
  FROM unnest($1::text[]) AS named (name) LEFT JOIN pg_extension e ON e.extname = named.name
  LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
  LEFT JOIN pg_available_extensions a ON a.name = named.name
  LEFT JOIN pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version`

/** Catalogues with the names of their columns, as far as extensions have anything there. */
const catalogues: readonly (readonly [NameKind, catalogue: string, prefix: string])[] = [
  ['relation', 'pg_class', 'rel'],
  ['type', 'pg_type', 'typ'],
  ['function', 'pg_proc', 'pro'],
  ['operator', 'pg_operator', 'opr'],
  ['operatorClass', 'pg_opclass', 'opc'],
  ['operatorFamily', 'pg_opfamily', 'opf'],
  ['collation', 'pg_collation', 'coll'],
  ['conversion', 'pg_conversion', 'con'],
  ['textSearchConfiguration', 'pg_ts_config', 'cfg'],
  ['textSearchDictionary', 'pg_ts_dict', 'dict'],
  ['textSearchParser', 'pg_ts_parser', 'prs'],
  ['textSearchTemplate', 'pg_ts_template', 'tmpl'],
]
const membersSql = catalogues
  .map(
    ([kind, catalogue, prefix]) => `
  SELECT '${kind}' AS kind, nspname::text AS schema, ${prefix}name::text AS name
  FROM pg_depend d JOIN ${catalogue} c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = ${prefix}namespace
  JOIN pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = '${catalogue}'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
    AND nspname = ANY ($1) AND extname = ANY ($2)`,
  )
  .join('\n  UNION ')

/** Which of an archive's extensions a database has already. */
export async function extensionsIn(client: pg.ClientBase, entries: readonly TocEntry[]): Promise<Extensions> {
  const named = extensionsOf(entries)
  if (named.size === 0) return allMade(entries)
  const { rows } = await client.query(extensionsSql, [[...named.keys()]])
  const there = rows.filter(({ place }) => place !== null)
  const installed = new Map<string, string>(there.map(({ name, place }) => [name, place]))
  const schemas = [...new Set(named.values())]
  const members = await client.query(membersSql, [schemas, [...installed.keys()]])
  return {
    moving: new Set([...named].filter(([name]) => !installed.has(name)).map(([, schema]) => schema)),
    members: new Map(members.rows.map((member: Member) => [keyOf(member), member])),
    installed,
    fixed: new Map(rows.filter(({ fixedIn }) => fixedIn !== null).map(({ name, fixedIn }) => [name, fixedIn])),
  }
}

export const isMember = ({ members }: Extensions, member: Member) => members.has(keyOf(member))

const keyOf = ({ kind, schema, name }: Member) => `${kind}\0${schema}\0${name}`

/** What would tear an extension apart, or cannot be told from what one has. */
export function extensionProblems(
  { members, fixed, installed }: Extensions,
  schemas: ReadonlyMap<string, string>,
  inventory: Inventory,
): Finding[] {
  const refused = (message: string, hint: string): Finding => ({
    severity: 'error',
    ...{ code: 'REFUSED.RENAME', message, hint },
  })
  const bound = [...fixed].filter(([name, schema]) => schemas.has(schema) && !installed.has(name))
  const alike = [...members.values()].filter(
    ({ kind, schema, name }) => schemas.has(schema) && inventory.has(kind, schema, name),
  )
  return [
    ...bound.map(([name, schema]) =>
      refused(
        `The schema ${schema} cannot be renamed: the extension ${name} can be in no other one.`,
        'leave that schema as it is, or leave out what is in it',
      ),
    ),
    ...alike.map(({ kind, schema, name }) =>
      refused(
        `The ${kind} ${schema}.${name} cannot be told apart from one of an extension that stays in ${schema}.`,
        'restore into a new database (--create-database), where the extension goes along',
      ),
    ),
  ]
}
