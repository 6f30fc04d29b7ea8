import { PgarkError } from '@pgark/core'

/** The error for a failure in the code of a plugin, which is none of pgark's. */
export function pluginFault(what: string, cause: unknown): PgarkError {
  const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  const hint = 'install another version of it, or ask its authors; --debug shows where it failed'
  return new PgarkError('USAGE.PLUGIN', `${what}: ${why.replace(/\.$/, '')}.`, { hint, cause })
}
