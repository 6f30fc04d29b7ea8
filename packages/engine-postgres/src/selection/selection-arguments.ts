import type { Selection } from '@pgark/core'

/** A selection as arguments of pg_dump. Rows, owners and privileges are not its concern: it only writes definitions. */
export function selectionArguments(selection: Selection): string[] {
  const patterns = (option: string, values: readonly string[] = []) => values.map((pattern) => `--${option}=${pattern}`)
  return [
    ...patterns('schema', selection.schemas),
    ...patterns('exclude-schema', selection.excludeSchemas),
    ...patterns('table', selection.tables),
    ...patterns('exclude-table', selection.excludeTables),
  ]
}
