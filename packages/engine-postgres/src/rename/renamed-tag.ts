import type { TocEntry } from '@pgark/pg-archive'
import type { NameKind, RenamePlan } from '@pgark/pg-sql/rename'
import { type Inventory, isIndexConstraint, kindOf, routineName, routines } from './inventory.ts'
import { firstName, written } from './written-names.ts'

/** Changes a statement as the plan says. */
export type RenameSql = (sql: string) => string

/** Their tag is the name of the relation that they are about. */
const ofRelation = new Set([
  'TABLE DATA',
  'MATERIALIZED VIEW DATA',
  'SEQUENCE SET',
  'SEQUENCE OWNED BY',
  'ROW SECURITY',
  'TABLE ATTACH',
  'INDEX ATTACH',
  'STATISTICS DATA',
])
/** Their tag begins with the name of a table, view or domain, behind which stands that of a part. */
const partsOf = new Set(['DEFAULT', 'CONSTRAINT', 'CHECK CONSTRAINT', 'FK CONSTRAINT', 'TRIGGER', 'RULE', 'POLICY'])
const describing = new Set(['COMMENT', 'ACL', 'SECURITY LABEL'])
const onPart = /^(CONSTRAINT|TRIGGER|RULE|POLICY) (.+) ON (DOMAIN )?(.+)$/s
const leadingKind = /^(COLUMN|[A-Z]+(?: [A-Z]+)*?) (?=["a-z_\x80-\uffff]|[^A-Z ])/

/** The tag of an entry whose names are others. */
export function renamedTag(entry: TocEntry, plan: RenamePlan, inventory: Inventory, rename: RenameSql): string {
  const { description = '', schema = '', tag = '' } = entry
  const named = (kind: NameKind, name: string) => plan.object(kind, schema, name)?.name ?? name
  const kind = kindOf[description] ?? (ofRelation.has(description) ? 'relation' : undefined)
  if (kind) return named(kind, tag)
  if (description === 'SCHEMA') return plan.schema(tag) ?? tag
  if (routines.has(description)) return renamedSignature(routineName(entry), tag, rename)
  if (description === 'CAST' || description === 'TRANSFORM') {
    const [drop] = [/^DROP (.*);\s*$/s.exec(rename(`DROP ${tag};`))]
    return drop?.[1] ?? tag
  }
  if (description === 'PUBLICATION TABLE') return renamedEnd(tag, (name) => named('relation', name))
  if (description === 'PUBLICATION TABLES IN SCHEMA') return renamedEnd(tag, (name) => plan.schema(name) ?? name)
  if (partsOf.has(description)) {
    const [owner] = inventory.ownersOf(entry)
    const table = owner?.tag ?? ''
    const part = tag.slice(table.length + 1)
    return `${named('relation', table)} ${isIndexConstraint(entry) ? named('relation', part) : part}`
  }
  return describing.has(description) ? renamedPhrase(tag, schema, plan, rename) : tag
}

/** `f(integer, app.mood)`: the name stays, types may have others. */
function renamedSignature(name: string, tag: string, rename: RenameSql): string {
  const types = tag.slice(name.length)
  if (!types.startsWith('(')) return tag
  const [, renamed] =
    /^COMMENT ON AGGREGATE f(\(.*\)) IS NULL$/s.exec(rename(`COMMENT ON AGGREGATE f${types} IS NULL`)) ?? []
  return name + (renamed ?? types)
}

/** `paper papers`: the publication and what it publishes. */
function renamedEnd(tag: string, named: (name: string) => string): string {
  for (let at = tag.indexOf(' '); at > 0; at = tag.indexOf(' ', at + 1)) {
    const name = tag.slice(at + 1)
    if (named(name) !== name) return `${tag.slice(0, at)} ${named(name)}`
  }
  return tag
}

const kindOfPhrase = (phrase: string): NameKind | undefined =>
  phrase === 'COLUMN' ? 'relation' : phrase === 'TYPE' ? 'type' : kindOf[phrase]

/** `COLUMN papers.id`, `CONSTRAINT papers_pkey ON papers`, `FUNCTION f(app.mood)`: what a comment or a grant is about. */
function renamedPhrase(tag: string, schema: string, plan: RenamePlan, rename: RenameSql): string {
  const named = (kind: NameKind, text: string) => {
    const first = firstName(text)
    const to = first && plan.object(kind, schema, first.name)?.name
    return first && to !== undefined && to !== first.name ? written(to) + first.rest : text
  }
  const [, what, part = '', domain, table = ''] = onPart.exec(tag) ?? []
  if (what !== undefined) {
    if (domain) return tag
    const isIndexed =
      what === 'CONSTRAINT' &&
      plan.isIndexConstraint(schema, firstName(table)?.name ?? table, firstName(part)?.name ?? part)
    return `${what} ${isIndexed ? named('relation', part) : part} ON ${named('relation', table)}`
  }
  const [start = '', phrase = ''] = leadingKind.exec(tag) ?? []
  const name = tag.slice(start.length)
  if (phrase === 'SCHEMA') {
    const first = firstName(name)
    const to = first && plan.schema(first.name)
    return to === undefined ? tag : `${start}${written(to)}`
  }
  if (routines.has(phrase)) {
    const open = firstName(name)
    return open ? start + renamedSignature(name.slice(0, name.length - open.rest.length), name, rename) : tag
  }
  const kind = kindOfPhrase(phrase)
  return kind ? start + named(kind, name) : tag
}
