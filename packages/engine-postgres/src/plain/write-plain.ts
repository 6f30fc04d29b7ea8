import { type Contents, type ObjectSink, PgarkError } from '@pgark/core'
import { compress } from '@pgark/pg-archive'
import type { BackupSource, Definitions } from '../backup/backup-parts.ts'
import { plainScript } from './plain-script.ts'

const objectNames = { none: 'backup.sql', gzip: 'backup.sql.gz', zstd: 'backup.sql.zst' }

/** Writes a backup as one SQL script. */
export async function writePlain(
  source: BackupSource,
  definitions: Promise<Definitions>,
  sink: ObjectSink,
): Promise<Contents> {
  const parts = { ...source, ...(await definitions) }
  const { objectName, compression } = parts.request
  const object = objectName ?? objectNames[compression.codec]
  let contents: Contents | undefined
  async function* body() {
    contents = yield* plainScript(parts, object)
  }
  await sink.write(object, compress(body(), compression.codec, compression.level), { signal: parts.snapshot.signal })
  if (!contents) throw new PgarkError('DESTINATION.INCOMPLETE', 'The destination did not read the backup to its end.')
  return contents
}
