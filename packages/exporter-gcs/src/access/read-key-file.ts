import { readFile } from 'node:fs/promises'
import { PgarkError } from '@pgark/core'

/** What a file with credentials contains. No message repeats any of it. */
export async function readKeyFile(path: string): Promise<Record<string, unknown>> {
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new PgarkError('DESTINATION.CREDENTIALS', `The file with credentials ${path} ${why}.`, { hint, cause })
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refuse('does not exist', 'check the path', error)
    throw refuse(`cannot be read: ${error.code}`, 'check its owner and mode', error)
  })
  const value = parse(content)
  if (typeof value === 'object' && value !== null && 'type' in value) return value as Record<string, unknown>
  throw refuse('has no credentials of Google', 'expected JSON with a "type", as Google Cloud hands it out')
}

/** Undefined for what is no JSON: the error would quote what stands there. */
function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
