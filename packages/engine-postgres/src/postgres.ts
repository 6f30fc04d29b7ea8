import type { Engine, OrmAdapter } from '@pgark/core'
import { createEngine } from './engine.ts'
import type { PostgresOptions } from './options.ts'

/**
 * A PostgreSQL database, 13 to 18, to back up or to restore into. Options are checked here, all problems at once; connections are
 * made when they are needed: three during a backup, and a fourth that helps to read tables of more than 4 MB.
 *
 * ```ts
 * await backup({ engine: postgres('postgres://app@db.internal/shop'), to: file('shop.sql.zst') })
 * ```
 *
 * @param target where it is; or the application's ORM, which knows, as `fromPrisma(prisma)`
 */
export function postgres<Conditions = unknown>(
  target: string | PostgresOptions<Conditions> | OrmAdapter<Conditions>,
): Engine<Conditions> {
  return createEngine(isAdapter(target) ? { orm: target } : target)
}

const isAdapter = <Conditions>(
  target: string | PostgresOptions<Conditions> | OrmAdapter<Conditions>,
): target is OrmAdapter<Conditions> =>
  typeof target === 'object' && target !== null && 'connection' in target && typeof target.connection === 'function'
