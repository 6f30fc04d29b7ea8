import { openBackup } from '@pgark/core'
import { readStoredToc } from '@pgark/engine-postgres'
import { isListed, type TocEntry, textIn, toList } from '@pgark/pg-archive'
import { backupReference } from '../arguments/backup-reference.ts'
import { whileOpen } from '../arguments/while-open.ts'
import type { CommonFlags } from './command.ts'

/** Prints the table of contents of a backup that is an archive, as `pg_restore --list` does or as JSON. */
export async function runShowToc(flags: CommonFlags, reference: string): Promise<void> {
  const { signal } = new AbortController()
  const { from, id } = await backupReference(reference, flags.plugin)
  const { archive, encoding, format } = await whileOpen(from, async () =>
    readStoredToc(await openBackup(from, id, signal), signal),
  )
  // JSON is UTF-8, whatever the archive is in; a list keeps the archive's bytes, as with pg_restore.
  if (flags.json) {
    const inText = (text: string) => textIn(encoding, Buffer.from(text, 'latin1'))
    const entries = archive.entries.filter(isListed).map((entry) => described(entry, inText))
    process.stdout.write(`${JSON.stringify(entries, null, 1)}\n`)
  } else process.stdout.write(Buffer.from(toList(archive, { format }), 'latin1'))
}

/** No definitions: they can hold secrets. */
function described(entry: TocEntry, inText: (text: string) => string) {
  const { dumpId, section, description, schema, tag, owner, tablespace, catalogId, dependencies, hadDumper } = entry
  return {
    dumpId,
    section,
    description,
    schema: schema === undefined ? null : inText(schema),
    tag: tag === undefined ? undefined : inText(tag),
    owner: owner === undefined ? null : inText(owner),
    tablespace: tablespace ? inText(tablespace) : null,
    catalogId,
    dependencies,
    hasData: hadDumper,
  }
}
