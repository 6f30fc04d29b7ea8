import type { Selection } from '@pgark/core'
import type { Command } from 'commander'
import { repeatable } from './command.ts'

export interface SelectionFlags {
  schema?: string[]
  excludeSchema?: string[]
  table?: string[]
  excludeTable?: string[]
  excludeTableData?: string[]
}
export interface SectionFlags {
  schemaOnly?: true
  dataOnly?: true
  /** Commander turns `--no-owner` into `owner: false`. */
  owner: boolean
  privileges: boolean
}

/** Adds the flags that choose objects by name. */
export function withSelection(command: Command): Command {
  return command
    .option('--schema <pattern>', 'only these schemas (repeatable)', repeatable)
    .option('--exclude-schema <pattern>', 'not these schemas (repeatable)', repeatable)
    .option('--table <pattern>', 'only these tables, views, sequences (repeatable)', repeatable)
    .option('--exclude-table <pattern>', 'not these (repeatable)', repeatable)
    .option('--exclude-table-data <pattern>', 'their definitions, but not their rows (repeatable)', repeatable)
}

/** Adds the flags that choose parts of what is there. */
export function withSections(command: Command): Command {
  return command
    .option('--schema-only', 'definitions, no rows')
    .option('--data-only', 'rows, no definitions')
    .option('--no-owner', 'leave out who owns what')
    .option('--no-privileges', 'leave out grants')
}

/** Adds the flags that give new names. */
export function withRenames(command: Command): Command {
  return command
    .option('--rename-schema <old=new>', 'what is in a schema goes into another one (repeatable)', repeatable)
    .option('--rename-table <old=new>', 'a table, with what is named after it (repeatable)', repeatable)
}

export const selectionOf = (flags: SelectionFlags & SectionFlags): Selection => ({
  ...patternsOf(flags),
  ...sectionsOf(flags),
})

export function patternsOf({
  schema,
  excludeSchema,
  table,
  excludeTable,
  excludeTableData,
}: SelectionFlags): Selection {
  return {
    ...(schema && { schemas: schema }),
    ...(excludeSchema && { excludeSchemas: excludeSchema }),
    ...(table && { tables: table }),
    ...(excludeTable && { excludeTables: excludeTable }),
    ...(excludeTableData && { excludeTableData }),
  }
}

export function sectionsOf({ schemaOnly, dataOnly, owner, privileges }: SectionFlags) {
  return {
    ...(schemaOnly && { schemaOnly }),
    ...(dataOnly && { dataOnly }),
    ...(!owner && { noOwner: true }),
    ...(!privileges && { noPrivileges: true }),
  }
}
