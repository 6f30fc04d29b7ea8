import type { TableName } from '@pgark/core'
import type { TocEntry } from '@pgark/pg-archive'
import { extensionsOf } from '../rename/extensions.ts'
import { routineName, routines } from '../rename/inventory.ts'
import { firstName, written } from '../rename/written-names.ts'

/** Bodies are read when they run, by whatever search_path there is then. */
const body = /^ {4}AS /m
const name = '("(?:[^"]|"")+"|[\\w$\\x80-\\uffff]+|[-+*/<>=~!@#%^&|`?]+)'

/**
 * The extensions that must be in the schema that an archive has them in: definitions that need one call something by that schema which
 * they do not define themselves. Those of others, such as servers of foreign data, do not care.
 */
export function extensionSchemas(definitions: readonly TocEntry[]): TableName[] {
  const extensions = definitions.filter(({ description }) => description === 'EXTENSION')
  if (extensions.length === 0) return []
  const schemas = extensionsOf(extensions)
  const own = new Set(definitions.map((entry) => key(entry.schema, ownName(entry))))
  return extensions.flatMap(({ tag = '', dumpId }) => {
    const schema = schemas.get(tag)
    if (!schema || schema === 'pg_catalog') return []
    const quoted = [written(schema), `"${schema.replaceAll('"', '""')}"`].map(escaped)
    const mention = new RegExp(`(?<![\\w$".\\x80-\\uffff])(?:${quoted.join('|')})\\.${name}`, 'g')
    const isNamed = ({ definition = '', dependencies }: TocEntry) =>
      dependencies.includes(dumpId) &&
      [...(definition.split(body)[0] ?? '').matchAll(mention)].some(
        ([, found = '']) => !own.has(key(schema, firstName(found)?.name ?? found)),
      )
    return definitions.some(isNamed) ? { schema, name: tag } : []
  })
}

const escaped = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
const ownName = (entry: TocEntry) => (routines.has(entry.description ?? '') ? routineName(entry) : entry.tag)
const key = (schema = '', named = '') => `${schema}\0${named}`
