import type { TocEntry } from '@pgark/pg-archive'
import type pg from 'pg'
import type { CatalogueObject } from '../parallel/existing-objects.ts'
import { inUnicode } from '../parallel/in-unicode.ts'
import { type DescribedObject, describeObjects } from './describe-objects.ts'
import type { WhatGoes } from './what-goes.ts'

// Who publishes is asked as well: a publication takes tables from its owner only. Oids of catalogues are the same in every database.
// https://www.postgresql.org/docs/current/catalog-pg-publication-rel.html
const membershipCatalogue = '6106'
const publicationCatalogue = '6104'
const membershipsSql = `
  SELECT member.oid::text AS "objectId", nspname || '.' || pubname || ' ' || relname AS name, pg_has_role(pubowner, 'USAGE') AS "isOwner"
  FROM pg_publication_rel member JOIN pg_publication p ON p.oid = prpubid
  JOIN pg_class c ON c.oid = prrelid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE member.oid = ANY ($1::oid[]) AND p.oid <> ALL ($2::oid[])`

export interface Memberships {
  /** What adds tables that are made anew to publications that stay, as it was. */
  readonly restored: readonly TocEntry[]
  /** Publications stay that then have a table less. */
  readonly lost: readonly DescribedObject[]
}

/** A table that goes is no longer in its publications, which are not asked for with it. */
export async function membershipsOf(
  client: pg.ClientBase,
  goes: WhatGoes,
  made: readonly TocEntry[],
  inBackup: readonly TocEntry[],
  encoding: string,
): Promise<Memberships> {
  const oidsOf = (catalogue: string) =>
    goes.objects.filter(({ classId }) => classId === catalogue).map(({ objectId }) => objectId)
  const { rows } = await client.query(membershipsSql, [oidsOf(membershipCatalogue), oidsOf(publicationCatalogue)])
  const tables = new Set(made.map(({ dumpId }) => dumpId))
  const possible = inBackup.filter(({ dependencies }) => dependencies.some((id) => tables.has(id)))
  const written = possible.map(({ schema = '', tag = '' }) => `${schema}.${tag}`)
  const names = await inUnicode(client, encoding, written)
  const entries = new Map(names.map((name, at) => [name, possible[at]]))
  const restored: TocEntry[] = []
  const lost: CatalogueObject[] = []
  for (const { objectId, name, isOwner } of rows) {
    const entry = isOwner ? entries.get(name) : undefined
    if (entry) restored.push(entry)
    else lost.push({ classId: membershipCatalogue, objectId, subId: 0 })
  }
  return { restored, lost: await describeObjects(client, lost) }
}
