/** What could hold a password: URLs, and anything assigned to what is called like one. */
const secrets = /:\/\/|@|(?:passw|secret|token)\w*\s*[=:]/i

/** What an application's own module says is wrong with it, in one line; its name alone where that could hold a secret. */
export function tellableCause(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error.'
  const [line = ''] = error.message.split('\n')
  return line === '' || secrets.test(error.message) ? `${error.name}.` : `${error.name}: ${line}`
}
