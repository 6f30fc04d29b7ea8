import { PgarkError } from '@pgark/core'

/** Refuses what needs a package that is not installed, with what installs it. */
export function refuseMissing(message: string, name: string): never {
  throw new PgarkError('USAGE.PLUGIN', message, { hint: `npm install ${name}` })
}
