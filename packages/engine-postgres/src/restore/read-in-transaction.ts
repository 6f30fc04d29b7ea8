import type { DigestReader } from '../compare/digest-readers.ts'
import { readServer } from '../connection/server.ts'
import { pinnedSettings, setLocal } from '../snapshot/pinned-settings.ts'
import type { Reading } from './read-back.ts'

/**
 * Reads within the transaction of a restore, into which no other connection sees. Whatever becomes of it, the transaction goes on as
 * before, with the settings that it had.
 */
export async function readInTransaction<T>(
  { client, kernel }: DigestReader,
  lockTimeoutMs: number,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  await client.query('SAVEPOINT pgark_reading')
  try {
    const { versionNum } = await readServer(client)
    // The script may have set another encoding for itself.
    await client.query(`SET LOCAL client_encoding = 'UTF8'; ${setLocal(pinnedSettings(versionNum, lockTimeoutMs))}`)
    return await work({ readers: [{ client, kernel }], serverVersionNum: versionNum })
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT pgark_reading; RELEASE SAVEPOINT pgark_reading')
  }
}
