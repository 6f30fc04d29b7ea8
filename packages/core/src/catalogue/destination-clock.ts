import { randomBytes } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'

/** What time it is at a destination: when an object that is written now was written. It is removed again. */
export async function destinationClock(to: Exporter, signal: AbortSignal): Promise<Date | undefined> {
  const key = `pgark-clock-${randomBytes(8).toString('hex')}`
  async function* body() {
    yield Buffer.from('pgark asks what time it is here; this object can be removed\n')
  }
  await to.write(key, body(), { signal })
  try {
    return (await to.stat(key, { signal }))?.modifiedAt
  } finally {
    await to.remove([key])
  }
}
