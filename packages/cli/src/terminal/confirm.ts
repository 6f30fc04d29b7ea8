import { PgarkError } from '@pgark/core'
import { askOnTerminal } from './ask-on-terminal.ts'
import type { Reporter } from './reporter.ts'

/**
 * Lets something be destroyed that has no database's name to type: by `--yes` or PGARK_YES=1, or by a person who types the word.
 * Throws `REFUSED.CONSENT` otherwise.
 */
export async function confirm(yes: boolean, word: string, what: string, reporter: Reporter): Promise<void> {
  if (yes || process.env.PGARK_YES === '1') return
  const isAsked = process.stdin.isTTY && process.stderr.isTTY
  if (isAsked && (await typed(word, what, reporter)) === word) return
  throw new PgarkError('REFUSED.CONSENT', `This would remove ${what}; nothing was removed.`, {
    hint: isAsked
      ? `type ${word} to allow it, or give --yes`
      : 'look at what it says, then give --yes (or PGARK_YES=1)',
  })
}

async function typed(word: string, what: string, reporter: Reporter): Promise<string | undefined> {
  reporter.end()
  return await askOnTerminal(`This removes ${what}. Type ${word} to allow it: `)
}
