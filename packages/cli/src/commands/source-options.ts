import type { PostgresOptions } from '@pgark/engine-postgres'
import { durationMs } from '../arguments/duration.ts'
import type { SourceFlags } from './source-flags.ts'

/** The engine's options for a database that is read. */
export function sourceOptions({ lockTimeout, connectTimeout, allowPooler }: SourceFlags): PostgresOptions {
  const lockTimeoutMs = lockTimeout === undefined ? undefined : durationMs(lockTimeout)
  const connectTimeoutMs = connectTimeout === undefined ? undefined : durationMs(connectTimeout)
  return {
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(allowPooler && { allowPooler }),
  }
}
