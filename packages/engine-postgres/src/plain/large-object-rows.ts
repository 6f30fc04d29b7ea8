import type pg from 'pg'
import type { LargeObjectTotals } from '../backup/describe-contents.ts'
import type { FileText } from '../backup/file-text.ts'
import { type LargeObjectOptions, LargeObjectRoles } from '../backup/large-object-roles.ts'
import { grantsSql, largeObjectSql, listLargeObjects } from '../catalogue/large-objects.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'

/**
 * Every large object as statements of a plain script. `lo_put` writes at an offset and needs no open descriptor, so that nothing
 * depends on a transaction around it. Returns how many there were, what was in them, and the roles that they name.
 */
export async function* largeObjectRows(
  client: pg.ClientBase,
  text: FileText,
  options: LargeObjectOptions,
): AsyncGenerator<Uint8Array, LargeObjectTotals> {
  const digester = new LargeObjectDigester()
  const roles = new LargeObjectRoles(options)
  try {
    for await (const batch of listLargeObjects(client)) {
      for (const object of batch) roles.add(object)
      yield await text.encode(batch.map((object) => largeObjectSql(object, options.owners)).join(''))
      const oids = batch.map((object) => object.oid)
      for await (const { oid, content } of digester.passing(readLargeObjects(client, oids))) {
        let offset = 0
        for await (const piece of content) {
          yield Buffer.from(`SELECT pg_catalog.lo_put('${oid}', ${offset}, '\\x${piece.toString('hex')}');\n`)
          offset += piece.length
        }
      }
      if (options.privileges) yield await text.encode(batch.map(grantsSql).join(''))
    }
  } catch (error) {
    throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
  }
  const { count, bytes, digest } = digester
  if (count > 0) yield Buffer.from('\n')
  return { count, bytes, digest, roles: roles.list() }
}
