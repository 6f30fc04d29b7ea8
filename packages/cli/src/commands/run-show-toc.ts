import { openBackup } from '@pgark/core'
import { readStoredToc } from '@pgark/engine-postgres'
import { isListed, type TocEntry, toList } from '@pgark/pg-archive'
import { backupReference } from '../arguments/backup-reference.ts'
import { whileOpen } from '../arguments/while-open.ts'
import type { CommonFlags } from './command.ts'

/** Prints the table of contents of a backup that is an archive, as `pg_restore --list` does or as JSON. */
export async function runShowToc(flags: CommonFlags, reference: string): Promise<void> {
  const { signal } = new AbortController()
  const { from, id } = await backupReference(reference, flags.plugin)
  const { archive, format } = await whileOpen(from, async () =>
    readStoredToc(await openBackup(from, id, signal), signal),
  )
  const text = flags.json
    ? `${JSON.stringify(archive.entries.filter(isListed).map(described), null, 1)}\n`
    : toList(archive, { format })
  const bytes = Buffer.from(text, 'latin1')
  // JSON is UTF-8, whatever the archive is in; a list keeps the archive's bytes, as with pg_restore.
  process.stdout.write(flags.json ? bytes.toString('utf8') : bytes)
}

/** No definitions: they can hold secrets. */
function described(entry: TocEntry) {
  const { dumpId, section, description, schema, tag, owner, tablespace, catalogId, dependencies, hadDumper } = entry
  return {
    dumpId,
    section,
    description,
    schema: schema ?? null,
    tag,
    owner: owner ?? null,
    tablespace: tablespace || null,
    catalogId,
    dependencies,
    hasData: hadDumper,
  }
}
