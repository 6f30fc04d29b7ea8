import { type CleanOptions, type CleanWarning, cleanScript } from '@pgark/cleaner'
import { abortable, openBackup, PgarkError, type Problem, refuseProblems } from '@pgark/core'
import { decompress, detectFormat, formatBytes, peek } from '@pgark/pg-archive'
import { backupReference } from '../arguments/backup-reference.ts'
import { isPiped, openPiped } from '../arguments/piped-reference.ts'
import { problemsOf } from '../arguments/problems-of.ts'
import { whileOpen } from '../arguments/while-open.ts'
import { untilInterrupted } from '../signals.ts'
import { createReporter } from '../terminal/reporter.ts'
import { stdoutExporter } from '../terminal/stdout-exporter.ts'
import type { CleanFlags } from './clean.ts'

/** Writes a dump to stdout as its options say. What was written before an error is no whole dump: the exit code tells. */
export async function runClean(flags: CleanFlags, dump: string): Promise<void> {
  refuseProblems(await libraryProblems(flags))
  const { say } = createReporter(flags)
  const warn = ({ line, message }: CleanWarning) => say(`warning: line ${line}: ${message}`)
  await untilInterrupted(async (signal) => {
    const write = async (bytes: AsyncIterable<Uint8Array>) => {
      const clean = cleanScript(scriptIn(bytes), optionsOf(flags), warn)
      await stdoutExporter(process.stdout).write('-', abortable(clean, signal), { signal })
    }
    // What waits for more of it would keep the process, for as long as whoever writes there is silent.
    if (isPiped(dump)) {
      const piped = openPiped(dump)
      return await write(piped).finally(() => piped.destroy())
    }
    const { from, id } = await backupReference(dump, flags.plugin, { signal })
    await whileOpen(from, async () => {
      const source = await openBackup(from, id, signal)
      if (source.objectName === 'toc.dat') throw archive()
      await write(source.read(source.objectName, { signal }))
    })
  })
}

/** What the library says to the options; nothing is read. */
export const libraryProblems = (flags: CleanFlags): Promise<readonly Problem[]> =>
  problemsOf(() => cleanScript(process.stdin, optionsOf(flags)))

/** The library checks the values. */
const optionsOf = ({ qualifiers, settings, metaCommands, comments, blankLines }: CleanFlags) =>
  ({ qualifiers, settings, metaCommands, comments, blankLines }) as CleanOptions

async function* scriptIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, body } = await peek(decompress(bytes), formatBytes)
  if (detectFormat(start) !== 'plain') {
    await body.return()
    throw archive()
  }
  yield* body
}

const archive = () =>
  new PgarkError('REFUSED.FORMAT', 'This is an archive, not a plain dump.', {
    hint: 'turn it into SQL first: pg_restore -f - <archive> | pgark clean',
  })
