import type { Contents, Requirements, TableName } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { noRows } from '../copy/digest.ts'
import type { Naming } from './rename-archive.ts'

/** What a backup says of itself, under new names. */
export function renamedContents(contents: Contents, naming: Naming): Contents {
  const named = <T extends TableName>(table: T): T => ({ ...table, ...naming.relation(table) })
  const { tables, sequences, refreshed, requirements } = contents
  return {
    ...contents,
    tables: tables.map((table) => ({
      ...named(table),
      ...(table.loadInto && { loadInto: naming.relation(table.loadInto) }),
    })),
    sequences: sequences.map(named),
    refreshed: refreshed.map(named),
    ...(contents.notValid && { notValid: contents.notValid.map(named) }),
    ...(requirements && { requirements: renamedRequirements(requirements, naming) }),
  }
}

export function renamedRequirements(requirements: Requirements, naming: Naming): Requirements {
  const { schemas, creates, collations } = requirements
  return {
    ...requirements,
    schemas: schemas.map(naming.schema),
    ...(requirements.extensionSchemas && {
      extensionSchemas: requirements.extensionSchemas.map(({ schema, name }) => ({
        schema: naming.schema(schema),
        name,
      })),
    }),
    collations: collations.map(naming.collation),
    creates: {
      schemas: creates.schemas.map(naming.schema),
      relations: creates.relations.map(naming.relation),
      types: creates.types.map(naming.type),
    },
  }
}

/** Of these entries of all that an archive has; both list rows, values and views in the same order. */
export function contentsOf(
  contents: Contents,
  all: readonly TocEntry[],
  isKept: (entry: TocEntry) => boolean,
): Contents {
  const kept = <T>(listed: readonly T[], isListed: (entry: TocEntry) => boolean) => {
    const entries = all.filter(isListed)
    return listed.filter((_, at) => {
      const entry = entries[at]
      return entry === undefined || isKept(entry)
    })
  }
  const of = (kind: string) => (entry: TocEntry) => entry.description === kind
  const hasLargeObjects = all.some((entry) => entry.description === 'BLOBS' && isKept(entry))
  return {
    ...contents,
    tables: kept(contents.tables, (entry) => of('TABLE DATA')(entry) && entry.data.kind !== 'none'),
    sequences: kept(contents.sequences, of('SEQUENCE SET')),
    refreshed: kept(contents.refreshed, of('MATERIALIZED VIEW DATA')),
    ...(!hasLargeObjects && { largeObjects: { count: 0, bytes: 0, digest: noRows } }),
  }
}
