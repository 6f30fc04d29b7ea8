import type { Problem } from '@pgark/core'
import { notSet } from '../config/expand-name.ts'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'

export const isConnectionString = (text: string) => /^postgres(ql)?:\/\//i.test(text) || text.includes('=')

/** The problem with a database argument, if there is one. */
export function* databaseProblems(what: string, text: string | undefined, config: ProjectConfig): Iterable<Problem> {
  if (text === undefined || isConnectionString(text)) return
  if (config.databases.has(text)) {
    if (!config.databases.get(text)) yield notSet(`databases.${text}`, config)
    return
  }
  const names = [...config.databases.keys()].join(', ')
  // It may be a password pasted into the wrong place: it is not repeated.
  yield {
    message: `${what} is neither a URL nor a connection string${names && ` nor a name in ${configTitle(config)}`}.`,
    hint: `write postgres://user@host/database or 'host=… dbname=…'${names && `; the names are ${names}`}`,
  }
}
