import path from 'node:path'
import { PgarkError, type Problem } from '@pgark/core'

/** The file as it is called in messages: from the working directory. */
export const titleOf = (file: string): string => path.relative(process.cwd(), file) || file

/** Throws one `USAGE.CONFIG` error that lists every problem of a config file, or returns when there is none. */
export function refuseConfig(file: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const told = problems.map(({ message, ...rest }) => ({ message: `${titleOf(file)}: ${message}`, ...rest }))
  throw new PgarkError('USAGE.CONFIG', told.map(({ message }) => message).join('\n'), { meta: { problems: told } })
}
