import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { PgarkError } from '@pgark/core'
import { configNames } from '../config/find-config.ts'
import { askForConfig } from '../config/first-config.ts'
import { Interrupted } from '../signals.ts'

const name = 'pgark.config.ts'

/** Writes a config file into the working directory, from what a person answers. */
export async function runInit(): Promise<void> {
  const existing = configNames.find((each) => existsSync(each))
  if (existing !== undefined) throw isThere(existing)
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new PgarkError('USAGE.OPTIONS', 'init asks questions, and there is no terminal to ask on.', {
      hint: `write ${name} by hand: export default { databases, destinations, backups }`,
    })
  }
  const text = await answersOnTerminal()
  try {
    await writeFile(name, text, { flag: 'wx' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw isThere(name)
    throw new PgarkError('DESTINATION.FILE_SYSTEM', `${path.resolve(name)} cannot be written (${code}).`, { cause })
  }
  process.stderr.write(`wrote ${name}; see what it comes to: pgark config; then: pgark run nightly\n`)
}

const isThere = (file: string) =>
  new PgarkError('REFUSED.EXISTS', `There is a config file here already: ${file}.`, { hint: 'edit it' })

async function answersOnTerminal(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await askForConfig({
      ask: (question) => terminal.question(question),
      say: (line) => process.stderr.write(`${line}\n`),
    })
  } catch (error) {
    // Ctrl-C or Ctrl-D: on a terminal that is asked a question they are no signals.
    throw error instanceof Error && error.name === 'AbortError' ? new Interrupted('SIGINT') : error
  } finally {
    terminal.close()
  }
}
