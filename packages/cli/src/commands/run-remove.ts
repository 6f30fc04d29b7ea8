import { formatNumberOf, identityOf, remove } from '@pgark/core'
import { type BackupReference, backupReference } from '../arguments/backup-reference.ts'
import { untilInterrupted } from '../signals.ts'
import { confirm } from '../terminal/confirm.ts'
import { createReporter } from '../terminal/reporter.ts'
import type { RemoveFlags } from './remove.ts'

export async function runRemove(flags: RemoveFlags, references: readonly string[]): Promise<void> {
  const reporter = createReporter(flags)
  const { onEvent, log } = reporter
  const found: BackupReference[] = []
  try {
    await untilInterrupted(async (signal) => {
      // All of them are there before the first goes.
      for (const reference of references) found.push(await backupReference(reference, flags.plugin, { signal }))
      // One that is named twice goes once.
      const backups = [...new Map(found.map((backup) => [identityOf(backup.from, backup.id), backup])).values()]
      const names = backups.map(({ from, id }) => (id === undefined ? from.location : `${from.location}/${id}`))
      for (const name of names) reporter.say(name)
      await confirm(flags.yes ?? false, 'remove', formatNumberOf(backups.length, 'backup'), reporter)
      for (const backup of backups) await remove({ ...backup, signal, onEvent, log })
    })
  } finally {
    reporter.end()
    for (const { from } of found) await from.close()
  }
}
