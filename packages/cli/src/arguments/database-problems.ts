import type { Problem } from '@pgark/core'

const isConnectionString = (text: string) => /^postgres(ql)?:\/\//i.test(text) || text.includes('=')

/** The problem with a database argument, if there is one. */
export function* databaseProblems(what: string, text: string | undefined): Iterable<Problem> {
  if (text === undefined || isConnectionString(text)) return
  // It may be a password pasted into the wrong place: it is not repeated.
  yield {
    message: `${what} is neither a URL nor a connection string.`,
    hint: "write postgres://user@host/database or 'host=… dbname=…'",
  }
}
