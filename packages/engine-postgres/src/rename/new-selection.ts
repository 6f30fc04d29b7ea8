import type { Selection } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'

const relations = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'])

/**
 * What was asked for by old names, by the new ones of what was found: each by its exact name. `toUnicode` makes a name of text of an
 * archive. What is excluded is told by old names.
 */
export function newSelection(
  selection: Selection,
  asked: readonly TocEntry[],
  toUnicode: (text: string) => string,
): Selection {
  const exact = (name: string) => `"${toUnicode(name).replaceAll('"', '""')}"`
  const schemaOf = ({ description, schema, tag }: TocEntry) => (description === 'SCHEMA' ? tag : schema) || []
  if (selection.tables?.length) {
    const named = asked.filter(({ description = '' }) => relations.has(description))
    return { ...selection, tables: named.map(({ schema = '', tag = '' }) => `${exact(schema)}.${exact(tag)}`) }
  }
  if (!selection.schemas?.length) return selection
  return { ...selection, schemas: [...new Set(asked.flatMap(schemaOf))].map(exact) }
}

/** What is excluded is not there any more. */
export function withoutExcluded(selection: Selection): Selection {
  const { excludeSchemas: _, excludeTables: __, excludeTableData: ___, ...others } = selection
  return others
}
