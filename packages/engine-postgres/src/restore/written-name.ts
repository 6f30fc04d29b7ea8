import type { TableName } from '@pgark/core'

/** A name as it is written in a script, `schema.name`, quoted or not. The schema is empty where the script leaves it out. */
export function writtenName(object: string): TableName {
  const parts = [...object.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(
    ([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole,
  )
  return { schema: parts.at(-2) ?? '', name: parts.at(-1) ?? object }
}
