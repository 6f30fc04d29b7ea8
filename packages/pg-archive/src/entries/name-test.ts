import type { TocEntry } from '../toc/model.ts'

/** The name of an object, in any schema or in one. Names are exact, as with pg_restore: no patterns, case counts. */
export type ObjectName = string | { readonly schema: string; readonly name: string }

/** The part of a selection that names objects; `EntrySelection` says what each means. */
export interface NamedObjects {
  readonly schemas?: readonly string[]
  readonly excludeSchemas?: readonly string[]
  readonly tables?: readonly ObjectName[]
  readonly indexes?: readonly ObjectName[]
  readonly functions?: readonly ObjectName[]
  readonly triggers?: readonly ObjectName[]
  readonly withNeeds?: boolean
}

const relations = [
  'TABLE',
  'TABLE DATA',
  'VIEW',
  'FOREIGN TABLE',
  'MATERIALIZED VIEW',
  'MATERIALIZED VIEW DATA',
  'SEQUENCE',
  'SEQUENCE SET',
]
const routines = ['FUNCTION', 'AGGREGATE', 'PROCEDURE']

/** Whether schemas and names ask for an entry; undefined where there are none of either. */
export function nameTest(selection: NamedObjects): ((entry: TocEntry) => boolean) | undefined {
  const { schemas, excludeSchemas, withNeeds } = selection
  const names = new Map<string, ReadonlySet<string>>()
  const name = (kinds: readonly string[], wanted: readonly ObjectName[] | undefined) => {
    for (const kind of wanted ? kinds : []) names.set(kind, new Set(wanted?.map(key)))
  }
  name(relations, selection.tables)
  name(['INDEX'], selection.indexes)
  name(routines, selection.functions)
  name(['TRIGGER'], selection.triggers)
  if (!schemas && !excludeSchemas && names.size === 0) return undefined
  const inSchemas = schemas && new Set(schemas)
  const outside = new Set(excludeSchemas)
  return ({ description = '', schema, tag = '' }) => {
    if (withNeeds && names.size === 0 && description === 'SCHEMA' && inSchemas?.has(tag)) return true
    if (inSchemas && (schema === undefined || !inSchemas.has(schema))) return false
    if (schema !== undefined && outside.has(schema)) return false
    if (names.size === 0) return true
    const wanted = names.get(description)
    return wanted !== undefined && (wanted.has(tag) || wanted.has(key({ schema: schema ?? '', name: tag })))
  }
}

/** Distinct, as no name holds a NUL. */
const key = (name: ObjectName) => (typeof name === 'string' ? name : `${name.schema}\0${name.name}`)
