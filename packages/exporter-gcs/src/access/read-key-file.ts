import { readFile } from 'node:fs/promises'
import { PgarkError } from '@pgark/core'

/** What a file with credentials contains. No message repeats any of it. */
export async function readKeyFile(path: string): Promise<unknown> {
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new PgarkError('DESTINATION.CREDENTIALS', `The file with credentials ${path} ${why}.`, { hint, cause })
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refuse('does not exist', 'check the path', error)
    throw refuse(`cannot be read: ${error.code}`, 'check its owner and mode', error)
  })
  try {
    return JSON.parse(content)
  } catch {
    // The parser's error would quote what stands there.
    throw refuse('is no JSON', 'give the file as Google Cloud hands it out')
  }
}
