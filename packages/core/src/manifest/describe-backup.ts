import type { BackupRequest } from '../contracts/engine.ts'
import type { HashedObject } from '../contracts/objects.ts'
import { version } from '../version.ts'
import type { Contents } from './contents.ts'
import type { Manifest } from './manifest.ts'

/** A backup, wherever it lies. */
export interface MadeBackup {
  readonly request: BackupRequest
  readonly contents: Contents
  readonly totals: Manifest['totals']
  readonly startedAt: Date
  readonly finishedAt: Date
}

/** Its manifest where the objects lie under these keys, with all of its contents inside. */
export function describeBackup(
  { request, contents, totals, startedAt, finishedAt }: MadeBackup,
  objects: readonly HashedObject[],
): Manifest {
  const hasMany = objects.length > 1
  return {
    manifestVersion: 1,
    requires: [],
    id: request.id,
    tool: { name: 'pgark', version },
    source: contents.source,
    snapshot: contents.snapshot,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    format: request.format,
    compression: request.compression.codec,
    encryption: 'none',
    metadata: request.metadata,
    totals,
    objects: hasMany ? [] : objects,
    contents: hasMany ? { ...contents, objects } : contents,
  }
}
