import type { NotValidKey } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { readable } from '../../restore/parallel/in-unicode.ts'

/**
 * Foreign keys that a backup wrote NOT VALID because of rows which its filters left out, as the database has them that it is from.
 * Undefined for any other definition.
 */
export function validatedKeys(
  notValid: readonly NotValidKey[],
  encoding: string,
): (entry: TocEntry) => TocEntry | undefined {
  const written = new Set(notValid.map(({ schema, name, constraint }) => keyOf(schema, `${name} ${constraint}`)))
  return (entry) => {
    const { description, schema = '', tag = '', definition = '' } = entry
    if (description !== 'FK CONSTRAINT' || !written.has(keyOf(readable(schema, encoding), readable(tag, encoding))))
      return undefined
    return { ...entry, definition: definition.replace(/ NOT VALID;(\s*)$/, ';$1') }
  }
}

const keyOf = (schema: string, tag: string) => JSON.stringify([schema, tag])
