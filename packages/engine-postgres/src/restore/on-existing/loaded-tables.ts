import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { copiedTable, identifier } from '../copied-table.ts'
import { inUnicode } from '../parallel/in-unicode.ts'
import { refusal } from '../target-checks/target-check.ts'
import { writtenName } from '../written-name.ts'

/** A table that is there, and that rows of the backup go into. */
export interface LoadedTable {
  readonly oid: string
  readonly name: string
}

const eachIdentifier = new RegExp(identifier, 'g')

// What is computed takes no rows; what must not be null and has no value of its own needs one.
const tablesSql = `
  SELECT wanted.schema, wanted.name, c.oid::text AS oid, c.relkind::text AS kind,
    ARRAY(SELECT value FROM jsonb_array_elements_text(wanted.columns) WHERE NOT EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = value AND attnum > 0 AND NOT attisdropped AND attgenerated = '')) AS missing,
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      AND attnotnull AND NOT atthasdef AND attidentity = '' AND wanted.columns IS NOT NULL AND NOT wanted.columns ? attname::text ORDER BY attnum) AS required
  FROM jsonb_to_recordset($1) AS wanted (schema text, name text, columns jsonb)
  LEFT JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) ON nspname = wanted.schema AND relname = wanted.name
  WHERE c.relkind IS NULL OR c.relkind <> 'c'
  ORDER BY wanted.schema, wanted.name`

/** The tables that these entries' rows go into, of those that are there, and why rows cannot go into some. */
export async function loadedTables(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
): Promise<{ readonly tables: readonly LoadedTable[]; readonly problems: readonly Finding[] }> {
  const created = new Set(
    entries.filter(({ description }) => description === 'TABLE').map(({ schema, tag }) => `${schema}.${tag}`),
  )
  const wanted = entries.flatMap((entry) => {
    if (entry.description !== 'TABLE DATA') return []
    const copied = copiedTable(entry)
    const { schema, name } = copied ? writtenName(copied.table) : { schema: entry.schema ?? '', name: entry.tag ?? '' }
    // Data that are INSERTs name no columns.
    const columns = copied
      ? [...copied.columns.matchAll(eachIdentifier)].map(([column]) => writtenName(column).name)
      : null
    return created.has(`${schema}.${name}`)
      ? []
      : [{ names: [schema, name, ...(columns ?? [])], hasColumns: columns !== null }]
  })
  const texts = (
    await inUnicode(
      client,
      encoding,
      wanted.flatMap(({ names }) => names),
    )
  ).values()
  const asked = wanted.map(({ names, hasColumns }) => {
    const [schema, name, ...columns] = names.map(() => texts.next().value)
    return { schema, name, columns: hasColumns ? columns : null }
  })
  const { rows } = await client.query(tablesSql, [JSON.stringify(asked)])
  const hint = 'make the tables alike, leave this one out (--exclude-table-data), or make it anew (--on-existing drop)'
  const problem = (schema: string, name: string, why: string) =>
    refusal('REFUSED.COLUMNS', [`${schema}.${name}`], (table) => `${table} ${why}; nothing was changed.`, hint)
  const problems = rows.flatMap(({ schema, name, kind, missing, required }) => {
    if (kind === null) return problem(schema, name, 'is not there, and is not restored')
    if (!/[rp]/.test(kind)) return problem(schema, name, 'is no table there')
    return [
      ...(missing.length > 0
        ? problem(schema, name, `takes no values for ${missing.join(', ')}, which its rows have`)
        : []),
      ...(required.length > 0
        ? problem(schema, name, `needs values for ${required.join(', ')}, which its rows lack`)
        : []),
    ]
  })
  const there = rows.filter(({ kind }) => /[rp]/.test(kind ?? ''))
  return { tables: there.map(({ oid, schema, name }) => ({ oid, name: `${schema}.${name}` })), problems }
}
