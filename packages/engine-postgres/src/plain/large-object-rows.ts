import type { RequiredRole } from '@pgark/core'
import type pg from 'pg'
import { grantsSql, largeObjectSql, listLargeObjects, rolesOfGrants } from '../catalogue/large-objects.ts'
import { databaseError } from '../connection/database-error.ts'
import { readLargeObjects } from '../copy/large-object-data.ts'
import type { FileText } from './file-text.ts'

export interface LargeObjectOptions {
  readonly owners: boolean
  readonly privileges: boolean
}

/**
 * Every large object as statements of a plain script. `lo_put` writes at an offset and needs no open descriptor, so that nothing
 * depends on a transaction around it. Returns how many there were, their bytes, and the roles that they name.
 */
export async function* largeObjectRows(
  client: pg.ClientBase,
  text: FileText,
  options: LargeObjectOptions,
): AsyncGenerator<Uint8Array, { count: number; bytes: number; roles: readonly RequiredRole[] }> {
  let count = 0
  let bytes = 0
  const owners = new Set<string>()
  const others = new Set<string>()
  try {
    for await (const batch of listLargeObjects(client)) {
      count += batch.length
      for (const object of batch) {
        if (options.owners) owners.add(object.owner)
        if (options.privileges) for (const role of rolesOfGrants(object)) others.add(role)
      }
      yield await text.encode(batch.map((object) => largeObjectSql(object, options.owners)).join(''))
      const oids = batch.map((object) => object.oid)
      for await (const { oid, offset, data } of readLargeObjects(client, oids)) {
        bytes += data.length
        yield Buffer.from(`SELECT pg_catalog.lo_put('${oid}', ${offset}, '\\x${data.toString('hex')}');\n`)
      }
      if (options.privileges) yield await text.encode(batch.map(grantsSql).join(''))
    }
  } catch (error) {
    throw databaseError(error, 'ENGINE.LARGE_OBJECTS', 'Cannot read large objects')
  }
  if (count > 0) yield Buffer.from('\n')
  const roles = [
    ...[...owners].map((name) => ({ name, use: 'owner' as const, isOfLargeObject: true })),
    ...[...others].map((name) => ({ name, use: 'privilege' as const, isOfLargeObject: true })),
  ]
  return { count, bytes, roles }
}
