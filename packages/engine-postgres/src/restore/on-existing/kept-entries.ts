import type { Finding } from '@pgark/core'
import { ownersOf, type TocEntry } from '@pgark/pg-archive'
import { readable } from '../parallel/in-unicode.ts'

/** They change or describe what they belong to. */
const describing = new Set([
  'ACL',
  'COMMENT',
  'SECURITY LABEL',
  'ROW SECURITY',
  'DEFAULT',
  'SEQUENCE OWNED BY',
  'STATISTICS DATA',
])
const attachments = new Set(['TABLE ATTACH', 'INDEX ATTACH'])

/**
 * The entries that are left when some are left out because what they create is kept as it is: without what describes these, and
 * without anything that belongs to those that are `untouched`, their rows included.
 */
export function withoutKept(
  entries: readonly TocEntry[],
  kept: ReadonlySet<TocEntry>,
  isUntouched: (entry: TocEntry) => boolean,
): TocEntry[] {
  const byId = new Map(entries.map((entry) => [entry.dumpId, entry]))
  const dependenciesOf = ({ dependencies }: TocEntry) => dependencies.flatMap((id) => byId.get(id) ?? [])
  const out = new Set(kept)
  // The server makes the indexes of a new partition that those of its table ask for, by itself.
  for (const entry of entries) {
    const index = attached(entry, dependenciesOf(entry))
    if (entry.description === 'INDEX ATTACH' && index && dependenciesOf(entry).some((other) => out.has(other)))
      out.add(index)
  }
  const schemas = new Set([...kept].filter(({ description }) => description === 'SCHEMA').map(({ tag }) => tag))
  const isOut = (entry: TocEntry) => {
    const { description = '', schema } = entry
    const dependencies = dependenciesOf(entry)
    if (description === 'DEFAULT ACL') return schema !== undefined && schemas.has(schema)
    if (description.startsWith('PUBLICATION TABLE'))
      return dependencies.some((other) => other.description === 'PUBLICATION' && out.has(other))
    if (attachments.has(description)) return [attached(entry, dependencies)].some((other) => other && out.has(other))
    const owners = ownersOf(entry, dependencies)
    return owners.some((owner) => out.has(owner) && (describing.has(description) || isUntouched(owner)))
  }
  // What something belongs to stands before it in an archive.
  for (const entry of entries) if (!out.has(entry) && isOut(entry)) out.add(entry)
  return entries.filter((entry) => !out.has(entry))
}

/** The partition, or the index or key of one, that an attachment is named after. */
const attached = ({ schema, tag = '' }: TocEntry, dependencies: readonly TocEntry[]) =>
  dependencies.find((other) => other.schema === schema && (other.tag === tag || other.tag?.endsWith(` ${tag}`)))

/** What is kept, kind by kind. */
export function keptFindings(kept: Iterable<TocEntry>, encoding: string): Finding[] {
  const byKind = Map.groupBy(kept, ({ description = '' }) => description)
  return [...byKind].map(([kind, entries]) => ({
    severity: 'info',
    code: 'RESTORE.KEPT',
    message: `Kept as in the target, not made anew: ${kind} ${readable(entries.map(nameOf).join(', '), encoding)}.`,
  }))
}

const nameOf = ({ schema, tag = '' }: TocEntry) => (schema ? `${schema}.${tag}` : tag)
