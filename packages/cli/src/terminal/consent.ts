import type { ConsentQuestion } from '@pgark/core'
import { askOnTerminal } from './ask-on-terminal.ts'

/**
 * Who may allow something to be destroyed: `--yes` or PGARK_YES=1; on a terminal a person who types the database's name; otherwise
 * nobody. One answer holds for everything that the script says.
 */
export function consentBy(
  yes: boolean,
  pause: () => void,
): ((question: ConsentQuestion) => Promise<boolean>) | undefined {
  if (yes || process.env.PGARK_YES === '1') return async () => true
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  let answer: Promise<boolean> | undefined
  return (question) => {
    pause()
    if (question.sentence !== undefined || question.objects) return ask(question)
    answer ??= ask(question)
    return answer
  }
}

/** As much as can be read at once; `--dry-run` and `--verbose` list all. */
const firstObjects = 20

/** What somebody is asked. */
export function questionText({ database, action, sentence, objects }: ConsentQuestion): string {
  if (!objects) return sentence ?? `The script says ${action}, and may destroy more in ${database}.`
  const more = objects.length - firstObjects
  const listed = objects.slice(0, firstObjects).map((object) => `  ${object}\n`)
  return `The restore would ${action} in ${database}:\n${listed.join('')}${more > 0 ? `  and ${more} more\n` : ''}`.trimEnd()
}

async function ask(question: ConsentQuestion): Promise<boolean> {
  const typed = await askOnTerminal(`${questionText(question)}\nType the database's name to allow it: `)
  return typed === question.database
}
