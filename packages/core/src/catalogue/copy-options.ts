import type { Exporter } from '../contracts/exporter.ts'
import type { RunOptions } from '../contracts/run.ts'
import { identityOf } from '../destination/identity.ts'
import type { Problem } from '../errors/problems.ts'
import { isBackupId } from '../manifest/backup-id.ts'
import {
  flagProblems,
  isObject,
  keyProblems,
  pluginProblems,
  removalProblems,
  textProblems,
} from '../runs/check-call.ts'

export interface CopyOptions extends RunOptions {
  from: Exporter
  to: Exporter
  /** Only this backup: its id, or the name of a single file. Default: all that are there. */
  id?: string
  /**
   * Remove each here once it was read back there, every byte, and found the same. Both must be shown to be different places: where that
   * does not follow from what lies there, a small object is written there and removed again. Default false.
   */
  move?: boolean
  /** Tell what is here, there and pending; write nothing. Default false. */
  dryRun?: boolean
}

export interface CopyResult {
  /** Nothing failed, differs or is damaged. */
  readonly ok: boolean
  readonly backups: readonly CopiedBackup[]
}

export interface CopiedBackup {
  readonly id: string
  /**
   * `same`: there already, with all its objects · `pending` (dry run): to be copied, or completed · `copied` · `moved`: copied, or there
   * already, verified, and removed here · `there` (dry run): only there · `differing`: another backup has its id or file there, which
   * is left as it is · `damaged`: here, and therefore not copied · `unremoved`: to be moved, is there and verified, and could not be
   * removed here, see `problem` · `failed`: see `problem`; running it again goes on.
   */
  readonly state: 'same' | 'pending' | 'copied' | 'moved' | 'there' | 'differing' | 'damaged' | 'unremoved' | 'failed'
  /** Stored bytes of its objects. */
  readonly sizeBytes: number
  /** Those of them that this run has sent: what an earlier one had brought there is not sent again. */
  readonly sentBytes: number
  readonly problem?: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** Everything that is wrong with a call of `copy`. */
export function copyProblems(options: CopyOptions): readonly Problem[] {
  const known = ['from', 'to', 'id', 'move', 'dryRun', 'signal', 'onEvent', 'log']
  const problems: Problem[] = [...keyProblems(options, known)]
  if (!isObject(options)) return problems
  problems.push(...flagProblems(options, ['move', 'dryRun']), ...textProblems(options, ['id']))
  const plugins = [options.from, options.to].flatMap((plugin) => [...pluginProblems('destination', plugin)])
  if (plugins.length > 0) return [...problems, ...plugins]
  const { from, to, id, move } = options
  if (move) problems.push(...removalProblems(from))
  for (const { capabilities, location } of [from, to])
    if (!capabilities.read) problems.push({ message: `Nothing can be read back from ${location}.` })
  problems.push(...samePlaceProblems(from, to))
  if (to.objectKey !== undefined && from.objectKey === undefined && id === undefined)
    problems.push({ message: `${to.location} is one file: which backup?`, hint: 'give its id' })
  return problems
}

/** As far as it can be told from what they are called; before anything is removed more is done to find out. */
function* samePlaceProblems(from: Exporter, to: Exporter): Iterable<Problem> {
  if (identityOf(from) === identityOf(to)) {
    yield { message: `${to.location} is where the backups are already.` }
  } else if (to.objectKey === undefined && identityOf(from) === identityOf(to, from.objectKey)) {
    yield { message: `${from.location} lies in ${to.location} already.` }
  } else if (from.objectKey === undefined && identityOf(to).startsWith(identityOf(from, ''))) {
    const [within = ''] = identityOf(to).slice(identityOf(from, '').length).split('/')
    if (isBackupId(within)) yield { message: `${to.location} lies within the backup ${within}.` }
  }
}
