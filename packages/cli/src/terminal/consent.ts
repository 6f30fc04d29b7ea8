import { createInterface } from 'node:readline/promises'
import type { ConsentQuestion } from '@pgark/core'

/**
 * Who may allow something to be destroyed: `--yes` or PGARK_YES=1; on a terminal a person who types the database's name; otherwise
 * nobody. One answer holds for the whole run.
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
    answer ??= ask(question)
    return answer
  }
}

async function ask({ database, action }: ConsentQuestion): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const typed = await terminal.question(
      `The script says ${action}, and may destroy more in ${database}.\nType the database's name to allow it: `,
    )
    return typed === database
  } finally {
    terminal.close()
  }
}
