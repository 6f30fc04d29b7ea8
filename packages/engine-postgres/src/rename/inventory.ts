import { ownersOf, type TocEntry } from '@pgark/pg-archive'
import type { NameKind } from '@pgark/pg-sql/rename'
import { firstName } from './written-names.ts'

/** What an archive defines. */
export interface Inventory {
  /** Also what comes with something else: the type of a table's rows, arrays, multiranges, constructors of ranges, shells of operators. */
  has(kind: NameKind, schema: string, name: string): boolean
  isIndexConstraint(schema: string, table: string, name: string): boolean
  /** Entries that something belongs to: a constraint's table. */
  ownersOf(entry: TocEntry): readonly TocEntry[]
  /** Every schema that something is in, or that is one. */
  readonly schemas: ReadonlySet<string>
}

/** What the entries whose tag is a name define. */
export const kindOf: Readonly<Record<string, NameKind>> = {
  TABLE: 'relation',
  VIEW: 'relation',
  'MATERIALIZED VIEW': 'relation',
  SEQUENCE: 'relation',
  'FOREIGN TABLE': 'relation',
  INDEX: 'relation',
  TYPE: 'type',
  DOMAIN: 'type',
  'SHELL TYPE': 'type',
  OPERATOR: 'operator',
  'OPERATOR CLASS': 'operatorClass',
  'OPERATOR FAMILY': 'operatorFamily',
  COLLATION: 'collation',
  CONVERSION: 'conversion',
  STATISTICS: 'statistics',
  'TEXT SEARCH CONFIGURATION': 'textSearchConfiguration',
  'TEXT SEARCH DICTIONARY': 'textSearchDictionary',
  'TEXT SEARCH PARSER': 'textSearchParser',
  'TEXT SEARCH TEMPLATE': 'textSearchTemplate',
}
export const routines = new Set(['FUNCTION', 'PROCEDURE', 'AGGREGATE'])
/** They have a type of their own. */
const rowTypes = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'])

const onIndex = /\bADD CONSTRAINT (?:"(?:[^"]|"")+"|[^\s"]+) (?:PRIMARY KEY|UNIQUE|EXCLUDE)\b/
const nameInSql = '((?:"(?:[^"]|"")+")|[^\\s".,]+)'
const multirange = new RegExp(`^\\s+multirange_type_name = ${nameInSql}\\.${nameInSql}\\s*,?$`, 'm')
const shell = new RegExp(`^\\s+(?:COMMUTATOR|NEGATOR) = OPERATOR\\(${nameInSql}\\.([^\\s()]+)\\)`, 'gm')

/** Reads from a table of contents what has a name there. */
export function takeInventory(entries: readonly TocEntry[]): Inventory {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const owners = (entry: TocEntry) =>
    ownersOf(
      entry,
      entry.dependencies.flatMap((id) => byId.get(id) ?? []),
    )
  const names = new Set<string>()
  const constraints = new Set<string>()
  const schemas = new Set<string>()
  const add = (kind: NameKind, schema: string, name: string) => names.add(key(kind, schema, name))
  for (const entry of entries) {
    const { description = '', schema, tag = '', definition = '' } = entry
    if (description === 'SCHEMA') schemas.add(tag)
    if (!schema) continue
    schemas.add(schema)
    const kind = kindOf[description]
    if (kind) add(kind, schema, tag)
    if (rowTypes.has(description)) add('type', schema, tag)
    if (routines.has(description)) add('function', schema, routineName(entry))
    if (isIndexConstraint(entry)) {
      for (const table of owners(entry)) {
        const name = tag.slice((table.tag ?? '').length + 1)
        add('relation', schema, name)
        constraints.add(key(schema, table.tag ?? '', name))
      }
    }
    if (description === 'TYPE' && / AS RANGE \(/.test(definition)) {
      add('function', schema, tag)
      const [, ofSchema = '', name = ''] = (multirange.exec(definition) ?? []).map(unquoted)
      if (name) {
        add('type', ofSchema, name)
        add('function', ofSchema, name)
      }
    }
    if (description === 'OPERATOR') {
      for (const [, ofSchema = '', name = ''] of definition.matchAll(shell)) add('operator', unquoted(ofSchema), name)
    }
  }
  const has = (kind: NameKind, schema: string, name: string) => names.has(key(kind, schema, name))
  return {
    has: (kind, schema, name) =>
      has(kind, schema, name) ||
      // The name of a type may stand where a relation's does, as that of a composite type.
      (kind === 'relation' && has('type', schema, name)) ||
      (kind === 'type' && name.startsWith('_') && has('type', schema, name.slice(1))),
    isIndexConstraint: (schema, table, name) => constraints.has(key(schema, table, name)),
    ownersOf: owners,
    schemas,
  }
}

/** Primary keys, unique and exclusion constraints. */
export const isIndexConstraint = ({ description, definition = '' }: TocEntry) =>
  description === 'CONSTRAINT' && onIndex.test(definition)

/** The name of a function, whose tag has its arguments, too; the statement that drops it says where it ends. */
export function routineName({ schema = '', tag = '', dropStatement = '' }: TocEntry): string {
  const [, kindless] = /^DROP (?:FUNCTION|PROCEDURE|AGGREGATE) (?:IF EXISTS )?(.*)/s.exec(dropStatement) ?? []
  const first = firstName(kindless ?? '')
  const second = first?.rest.startsWith('.') ? firstName(first.rest.slice(1)) : undefined
  return first?.name === schema && second ? second.name : (firstName(tag)?.name ?? tag)
}

const unquoted = (text: string) => firstName(text)?.name ?? text
const key = (...parts: readonly string[]) => parts.join('\0')
