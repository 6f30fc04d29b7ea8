import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** The name of the database, or the error, told by a process that has these variables. */
export async function askInChild(
  target: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const sources = path.join(import.meta.dirname, '../failures/sources.ts')
  const args = ['--import', sources, path.join(import.meta.dirname, 'ask.child.ts'), target]
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...variables }
  return (await promisify(execFile)(process.execPath, args, { env })).stdout
}
