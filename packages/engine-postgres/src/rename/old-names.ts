import type { Contents, Renames, Selection, TableName } from '@pgark/core'
import type pg from 'pg'
import { listRelations } from '../catalogue/relations.ts'
import { qualifiedName } from '../snapshot/lock-tables.ts'
import type { Naming } from './rename-archive.ts'
import { renamedContents } from './renamed-contents.ts'
import { qualifiedName as parseName } from './written-names.ts'

/** What a backup that was written under new names says, in the names of the database that it is from. */
export function underOldNames(contents: Contents, renamed: Renames): Contents {
  const naming = oldNaming(renamed)
  return {
    ...renamedContents(contents, naming),
    selection: oldSelection(contents.selection, naming) as Contents['selection'],
  }
}

/**
 * Whether a database has the old names: something of a renamed backup, and nothing of it under a new one. One that has both has a
 * copy, which is what the backup speaks of.
 */
export async function hasOldNames(client: pg.ClientBase, contents: Contents): Promise<boolean> {
  if (!contents.renamed) return false
  const old = underOldNames(contents, contents.renamed)
  const there = new Set((await listRelations(client, [])).map(qualifiedName))
  const namesOf = ({ tables, sequences }: Contents) => [...tables, ...sequences].map(qualifiedName)
  const [before, now] = [namesOf(old), namesOf(contents)]
  const changed = now.flatMap((name, at) => (name === before[at] ? [] : [{ name, old: before[at] ?? '' }]))
  return changed.some((each) => there.has(each.old)) && !changed.some(({ name }) => there.has(name))
}

function oldNaming({ schemas, tables }: Renames): Naming {
  const oldSchemas = new Map(Object.entries(schemas).map(([from, to]) => [to, from]))
  const oldNames = new Map(
    Object.entries(tables).map(([from, to]) => {
      const { schema = '', name } = parseName(from) ?? { name: from }
      return [qualifiedName({ schema, name: to }), name]
    }),
  )
  const schema = (name: string) => oldSchemas.get(name) ?? name
  const inSchema = (old: TableName) => ({ schema: schema(old.schema), name: old.name })
  return {
    schema,
    relation(now) {
      const old = inSchema(now)
      return { ...old, name: oldNames.get(qualifiedName(old)) ?? old.name }
    },
    type: inSchema,
    collation: inSchema,
  }
}

/** The patterns of a renamed backup are exact names. */
function oldSelection(selection: Selection, { schema, relation }: Naming): Selection {
  const exact = (name: string) => `"${name.replaceAll('"', '""')}"`
  const oldTable = (text: string) => {
    const { schema: of, name } = parseName(text) ?? {}
    if (of === undefined || name === undefined) return text
    const old = relation({ schema: of, name })
    return `${exact(old.schema)}.${exact(old.name)}`
  }
  const oldSchema = (text: string) => {
    const name = parseName(text)?.name
    return name === undefined ? text : exact(schema(name))
  }
  return {
    ...selection,
    ...(selection.tables && { tables: selection.tables.map(oldTable) }),
    ...(selection.schemas && { schemas: selection.schemas.map(oldSchema) }),
  }
}
