import { createInterface } from 'node:readline/promises'
import type { ConsentQuestion } from '@pgark/core'

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
    if (question.sentence !== undefined) return ask(question)
    answer ??= ask(question)
    return answer
  }
}

async function ask({ database, action, sentence }: ConsentQuestion): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const why = sentence ?? `The script says ${action}, and may destroy more in ${database}.`
    const typed = await terminal.question(`${why}\nType the database's name to allow it: `)
    return typed === database
  } finally {
    terminal.close()
  }
}
