import { isPgarkError, PgarkError } from '@pgark/core'
import type pg from 'pg'

/** How often an idle transaction is shown to be alive: often enough for firewalls that forget silent connections. */
const pingIntervalMs = 30_000

export interface ConnectionWatch {
  /** Aborts when `outer` does, or with `ENGINE.CONNECTION_LOST` when the connection ends. */
  readonly signal: AbortSignal
  /** Begins to ask something every now and then; before a snapshot is taken, a question would take it. */
  keepInUse(): void
  stop(): void
}

/** Watches a connection that must stay open while others work, and keeps it in use. */
export function watchConnection(client: pg.Client, outer: AbortSignal, what: string): ConnectionWatch {
  const controller = new AbortController()
  const lost = (cause: unknown) =>
    controller.abort(
      isPgarkError(cause)
        ? cause
        : new PgarkError('ENGINE.CONNECTION_LOST', `The connection of ${what} was lost.`, {
            hint: "look at the server's log; then run it again",
            retryable: true,
            cause,
          }),
    )
  const onEnd = () => lost(undefined)
  client.on('error', lost)
  client.on('end', onEnd)
  let ping: NodeJS.Timeout | undefined
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    keepInUse() {
      ping = setInterval(() => client.query('SELECT 1').catch(lost), pingIntervalMs)
      ping.unref()
    },
    stop() {
      clearInterval(ping)
      client.off('error', lost)
      client.off('end', onEnd)
    },
  }
}
