import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { type ConflictKind, conflictKinds } from './conflict-kinds.ts'
import { inUnicode } from './in-unicode.ts'

/** An object as `pg_depend` names it. Oids are text. */
export interface CatalogueObject {
  readonly classId: string
  readonly objectId: string
  /** The number of a column; 0 for all of it. */
  readonly subId: number
}

/** Something in the target that has the name of what an entry creates. */
export interface ExistingObject extends CatalogueObject {
  readonly entry: TocEntry
  readonly label: string
  /** It belongs to a table, view or domain. */
  readonly isPart: boolean
}

/** All that is there already of what these entries create. */
export async function existingObjects(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
): Promise<ExistingObject[]> {
  const found: ExistingObject[] = []
  for (const kind of conflictKinds) {
    const made = entries.flatMap((entry) => kind.made(entry).map((name) => ({ entry, ...name })))
    if (made.length === 0) continue
    const schemas = await inUnicode(
      client,
      encoding,
      made.map(({ schema }) => schema),
    )
    const names = await inUnicode(
      client,
      encoding,
      made.map(({ name }) => name),
    )
    const { rows } = await client.query(existingSql(kind), [schemas, names])
    for (const { at, schema, name, classId, objectId } of rows) {
      const { entry } = made[at - 1] as (typeof made)[number]
      found.push({
        ...{ entry, classId, objectId, subId: 0 },
        label: kind.label(schema, name),
        isPart: kind.isPart === true,
      })
    }
  }
  return found
}

// An ordinality is a bigint, which the client answers as text.
const existingSql = ({ existing, catalogue }: ConflictKind) => `
  SELECT made.at::int, made.schema, made.name, '${catalogue}'::regclass::oid::text AS "classId", there.oid::text AS "objectId"
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS made (schema, name, at)
  JOIN (${existing}) AS there USING (schema, name) ORDER BY made.at`
