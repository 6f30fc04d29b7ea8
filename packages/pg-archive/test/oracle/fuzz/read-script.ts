import { createHash, type Hash } from 'node:crypto'
import { archiveScript } from '../../../src/plain/archive-script.ts'
import { readPlainDump } from '../../../src/plain/read-plain.ts'
import { type OpenedSample, openSample } from './open-sample.ts'

const putObject = /^SELECT pg_catalog\.lo_put\('(\d+)', \d+, '\\x([0-9a-f]*)'\);$/
const endOfRows = '\\.\n\n\n'

/** What a script of the archive has of each stream, as sha256: rows in their order, large objects by oid where they have content. */
export interface ScriptData {
  readonly tables: readonly string[]
  readonly objects: ReadonlyMap<string, string>
}

/** Turns an archive into a script and reads that, as a restore does. */
export async function readScript(opened: OpenedSample): Promise<ScriptData> {
  const tables: string[] = []
  const objects = new Map<string, Hash>()
  const script = archiveScript(await openSample(opened))
  for await (const { sql, copy } of readPlainDump(script, { ofArchive: true })) {
    if (copy) {
      const hash = createHash('sha256')
      for await (const rows of copy) hash.update(rows)
      tables.push(hash.update(endOfRows).digest('hex'))
      continue
    }
    const [, oid, hex = ''] = putObject.exec(Buffer.from(sql).toString('latin1')) ?? []
    if (oid === undefined) continue
    const hash = objects.get(oid) ?? createHash('sha256')
    objects.set(oid, hash.update(Buffer.from(hex, 'hex')))
  }
  return { tables, objects: new Map([...objects].map(([oid, hash]) => [oid, hash.digest('hex')])) }
}
