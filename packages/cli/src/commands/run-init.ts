import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { PgarkError } from '@pgark/core'
import { configNames } from '../config/find-config.ts'
import { askForConfig } from '../config/first-config.ts'
import { untilInterrupted } from '../signals.ts'

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
  const text = await untilInterrupted(async (signal) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    // Ctrl-C and Ctrl-D on a terminal that readline has taken over.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    try {
      return await askForConfig({
        ask: (question) => terminal.question(question, { signal }),
        say: (line) => process.stderr.write(`${line}\n`),
      })
    } finally {
      terminal.close()
    }
  })
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
