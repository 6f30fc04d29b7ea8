import type { Requirements, Selection, TableName } from '@pgark/core'
import type { Archive } from '@pgark/pg-archive'
import type pg from 'pg'
import type { FileText } from '../backup/file-text.ts'
import { definitionRequirements } from './definition-requirements.ts'

// https://www.postgresql.org/docs/current/catalog-pg-collation.html
const icuSql = `
  SELECT EXISTS (SELECT FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                 JOIN jsonb_to_recordset($1) AS used (schema text, name text) ON used.schema = n.nspname AND used.name = c.collname
                 WHERE c.collprovider = 'i') AS used,
         (SELECT pg_collation_actual_version(oid) FROM pg_collation WHERE collname = 'und-x-icu' LIMIT 1) AS version`

/** What a restore needs, from an archive's definitions and the server that they were read from. */
export async function readRequirements(
  client: pg.ClientBase,
  archive: Archive,
  selection: Selection,
  text: FileText,
): Promise<Requirements> {
  const { createsIcu, ...raw } = definitionRequirements(archive, selection)
  const named = await inUnicode(raw, text)
  const { rows } = await client.query(icuSql, [JSON.stringify(named.collations)])
  const icuVersion: string | null = createsIcu || rows[0].used ? rows[0].version : null
  return { ...named, ...(icuVersion !== null && { icuVersion }) }
}

/** pg_dump's text is in the encoding of the file; names in a manifest are Unicode. */
async function inUnicode(raw: Requirements, text: FileText): Promise<Requirements> {
  const names = async (list: readonly string[]) => await text.toUnicode(list)
  const qualified = async (list: readonly TableName[]) => {
    const schemas = await names(list.map(({ schema }) => schema))
    return (await names(list.map(({ name }) => name))).map((name, at) => ({ schema: schemas[at] ?? '', name }))
  }
  const roles = await names(raw.roles.map(({ name }) => name))
  return {
    extensions: await names(raw.extensions),
    ...(raw.extensionSchemas && { extensionSchemas: await qualified(raw.extensionSchemas) }),
    roles: raw.roles.map((role, at) => ({ ...role, name: roles[at] ?? role.name })),
    tablespaces: await names(raw.tablespaces),
    collations: await qualified(raw.collations),
    features: await Promise.all(
      (raw.features ?? []).map(async ({ objects, ...found }) => ({ ...found, objects: await names(objects) })),
    ),
    settings: raw.settings,
    schemas: await names(raw.schemas),
    creates: {
      schemas: await names(raw.creates.schemas),
      relations: await qualified(raw.creates.relations),
      types: await qualified(raw.creates.types),
    },
  }
}
