import type { Finding } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { extensionSchemas } from '../requirements/extension-schemas.ts'
import { type Extensions, extensionsOf } from './extensions.ts'

/** Those that are there in the very schema that theirs becomes, are what is renamed like those that are made. */
export function withThoseInPlace(
  extensions: Extensions,
  entries: readonly TocEntry[],
  schemas: ReadonlyMap<string, string>,
): Extensions {
  const inPlace = [...extensionsOf(entries)].filter(
    ([name, schema]) => schemas.has(schema) && extensions.installed.get(name) === schemas.get(schema),
  )
  return { ...extensions, moving: new Set([...extensions.moving, ...inPlace.map(([, schema]) => schema)]) }
}

/** Extensions that are there where neither old nor new names find them. */
export function misplacedExtensions(
  { installed }: Extensions,
  entries: readonly TocEntry[],
  schemas: ReadonlyMap<string, string>,
): Finding[] {
  return extensionSchemas(entries).flatMap(({ schema, name }) => {
    const place = installed.get(name)
    const isFound = place === undefined || place === schema || place === schemas.get(schema)
    if (isFound) return []
    const wanted = [schema, schemas.get(schema)].filter((name) => name !== undefined).join(' or ')
    return {
      severity: 'error',
      code: 'REFUSED.EXTENSION',
      message: `The extension ${name} is in the schema ${place} of the target; what is renamed needs it in ${wanted}.`,
      hint: 'ALTER EXTENSION … SET SCHEMA …, or restore into a new database (--create-database)',
    }
  })
}
