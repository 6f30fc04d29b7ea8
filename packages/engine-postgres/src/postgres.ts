import type { Engine } from '@pgark/core'
import { createEngine } from './engine.ts'
import type { PostgresOptions } from './options.ts'

/**
 * A PostgreSQL database, 13 to 18, to back up or to restore into. Options are checked here, all problems at once; connections are
 * made when they are needed: three during a backup, and a fourth that helps to read tables of more than 4 MB.
 *
 * ```ts
 * await backup({ engine: postgres('postgres://app@db.internal/shop'), to: file('shop.sql.zst') })
 * ```
 */
export function postgres(target: string | PostgresOptions): Engine {
  return createEngine(target)
}
