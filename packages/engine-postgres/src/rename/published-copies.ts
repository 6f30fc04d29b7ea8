import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import { inUnicode, readable } from '../restore/parallel/in-unicode.ts'
import { namesIn } from './left-as-they-are.ts'

/** A publication that has tables which nobody named: all, or those of some schemas. */
interface WidePublication {
  readonly name: string
  /** Undefined: all of them. */
  readonly schemas: readonly string[] | undefined
}

/**
 * Copies that publications of the target would publish without having been asked to: their rows go to subscribers, which fail where
 * they have no such tables.
 */
export async function publishedCopies(
  client: pg.ClientBase,
  entries: readonly TocEntry[],
  encoding: string,
): Promise<Finding[]> {
  const copies = entries.filter(isPublishable)
  if (copies.length === 0) return []
  const names = await inUnicode(
    client,
    encoding,
    copies.map(({ schema = '' }) => schema),
  )
  const publications = await readWidePublications(client)
  return publications.flatMap(({ name, schemas }) => {
    const published = schemas ? copies.filter((_, at) => schemas.includes(names[at] ?? '')) : copies
    if (published.length === 0) return []
    const what = schemas ? `the tables of ${schemas.join(', ')}` : 'all tables'
    return {
      severity: 'warning',
      code: 'RENAME.PUBLISHED',
      message: `The publication ${name} is for ${what}, and will publish what is restored under a new name: ${readable(namesIn(published), encoding)}.`,
      hint: 'subscribers fail without such tables: restore into another database, or publish tables by their names',
    }
  })
}

/** Only tables of their own rows are published, and none without a log. */
const isPublishable = ({ description, definition = '' }: TocEntry) =>
  description === 'TABLE' && !/^CREATE UNLOGGED /m.test(definition)

// https://www.postgresql.org/docs/current/catalog-pg-publication-namespace.html
async function readWidePublications(client: pg.ClientBase): Promise<WidePublication[]> {
  const { rows: all } = await client.query<{ name: string }>(
    'SELECT pubname AS name FROM pg_publication WHERE puballtables ORDER BY 1',
  )
  const { rows: known } = await client.query(
    "SELECT FROM pg_class WHERE relname = 'pg_publication_namespace' AND relnamespace = 'pg_catalog'::regnamespace",
  )
  const { rows: ofSchemas } =
    known.length === 0
      ? { rows: [] }
      : await client.query<{ name: string; schemas: string[] }>(
          `SELECT pubname AS name, array_agg(nspname::text ORDER BY nspname) AS schemas FROM pg_publication p
           JOIN pg_publication_namespace ON pnpubid = p.oid JOIN pg_namespace n ON n.oid = pnnspid GROUP BY 1 ORDER BY 1`,
        )
  return [...all.map(({ name }) => ({ name, schemas: undefined })), ...ofSchemas]
}
