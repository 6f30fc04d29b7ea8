import { randomBytes } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'
import type { RunContext } from '../contracts/run.ts'
import { bodyOf } from '../destination/body-of.ts'
import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'

const content = Buffer.from('pgark looks whether two places are one; this object can be removed\n')

/**
 * Shows that two places are not one by two names, such as those of a link, of a mounted folder, or of a server: before anything is
 * removed at one because it is at the other. Throws `REFUSED.SAME_PLACE` where they are.
 *
 * @param known A key that there is something under, at `from`
 */
export async function refuseSamePlace(from: Exporter, to: Exporter, known: string, run: RunContext): Promise<void> {
  const { signal } = run
  // What is there for one and not for the other shows it, and nothing has to be written: not everybody may remove what they write.
  if (!(await to.stat(known, { signal })) && (await from.stat(known, { signal }))) return
  const key = `pgark-probe-${randomBytes(16).toString('hex')}`
  await to.write(key, bodyOf(content), { signal })
  let seen: unknown
  try {
    seen = await from.stat(key, { signal })
  } finally {
    await removeProbe(to, key, run)
  }
  if (seen) throw samePlace(`${from.location} and ${to.location} are one place.`)
}

/** Without the signal: what was written has to go. */
async function removeProbe(to: Exporter, key: string, run: RunContext): Promise<void> {
  try {
    await to.remove([key])
  } catch (error) {
    if (!isPgarkError(error)) throw error
    const message = `${key} stays at ${to.location}: it could not be removed. ${error.message}`
    run.onEvent({ type: 'warning', code: 'COPY.PROBE', message, hint: 'remove it; it is no part of a backup' })
  }
}

export const samePlace = (message: string) =>
  new PgarkError('REFUSED.SAME_PLACE', `${message} Nothing was removed.`, {
    hint: 'name another place to move to',
  })
