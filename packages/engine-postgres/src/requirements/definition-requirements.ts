import type { RequiredRole, Requirements, Selection, TableName } from '@pgark/core'
import { type Archive, hasOwner, restoreOrder, type TocEntry } from '@pgark/pg-archive'
import { newerFeatures } from '../restore/older-server/newer-features.ts'
import { extensionSchemas } from './extension-schemas.ts'
import { collationsIn, rolesIn } from './names-in-sql.ts'
import { settingsIn } from './settings-in-sql.ts'

/** What the definitions themselves say, as pg_dump wrote it. */
export type DefinitionRequirements = Omit<Requirements, 'icuVersion'> & {
  /** Creates or may use a collation of ICU's. */
  readonly createsIcu: boolean
}

const relations = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'])
const types = new Set(['TYPE', 'DOMAIN'])
const namesRoles = new Set(['POLICY', 'USER MAPPING'])
/** They describe or protect what others create. */
const createsNothing = new Set(['COMMENT', 'SECURITY LABEL', 'ACL', 'DEFAULT ACL', 'SCHEMA', 'EXTENSION'])

/** Reads from an archive's definitions, as far as a backup of that selection writes them, what a restore of them needs. */
export function definitionRequirements(archive: Archive, selection: Selection): DefinitionRequirements {
  const { preData, postData, privileges, eventTriggers } = restoreOrder(selection.dataOnly ? [] : archive.entries)
  const definitions = [...preData, ...postData, ...eventTriggers]
  const granted = selection.noPrivileges ? [] : privileges
  const of = (kinds: ReadonlySet<string>) => definitions.filter(({ description = '' }) => kinds.has(description))
  const routines = of(new Set(['FUNCTION', 'PROCEDURE']))
  const createdSchemas = of(new Set(['SCHEMA'])).filter(({ definition }) => /^CREATE SCHEMA /m.test(definition ?? ''))
  const createdCollations = of(new Set(['COLLATION']))
  const isCreated = (name: TableName) =>
    createdCollations.some(({ schema, tag }) => schema === name.schema && tag === name.name)

  const schemas = new Set(
    definitions
      .filter(({ description = '' }) => !createsNothing.has(description))
      .flatMap(({ schema }) => schema || []),
  )
  for (const { tag = '' } of createdSchemas) schemas.delete(tag)
  const inSchemas = extensionSchemas(definitions)
  const collations = definitions
    .flatMap(({ definition = '' }) => collationsIn(definition))
    .filter((name) => !isCreated(name))
  return {
    extensions: of(new Set(['EXTENSION'])).map(tagOf),
    ...(inSchemas.length > 0 && { extensionSchemas: inSchemas }),
    roles: [
      ...(selection.noOwner ? [] : rolesOf('owner', definitions.flatMap(ownerOf))),
      ...rolesOf('privilege', granted.flatMap(rolesOfEntry)),
      ...rolesOf('definition', of(namesRoles).flatMap(rolesOfEntry)),
    ],
    tablespaces: distinct(definitions.flatMap(({ tablespace }) => tablespace || [])),
    collations: [...new Map(collations.map((name) => [JSON.stringify(name), name])).values()],
    createsIcu: createdCollations.some(({ definition = '' }) => /provider = icu/.test(definition)),
    features: newerFeatures(definitions, archive.entries),
    settings: distinct(routines.flatMap(({ definition = '' }) => settingsIn(definition))),
    schemas: [...schemas],
    creates: {
      schemas: createdSchemas.map(tagOf),
      relations: of(relations).map(nameOf),
      types: of(types).map(nameOf),
    },
  }
}

const distinct = (names: readonly string[]) => [...new Set(names)]
const rolesOf = (use: RequiredRole['use'], names: readonly string[]): RequiredRole[] =>
  distinct(names).map((name) => ({ name, use, isOfLargeObject: false }))
const rolesOfEntry = ({ definition = '' }: TocEntry) => rolesIn(definition)
const ownerOf = (entry: TocEntry) => (hasOwner(entry) && entry.owner) || []
const tagOf = ({ tag = '' }: TocEntry) => tag
const nameOf = ({ schema = '', tag = '' }: TocEntry): TableName => ({ schema, name: tag })
