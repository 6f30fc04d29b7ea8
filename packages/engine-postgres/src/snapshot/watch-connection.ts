import { isPgarkError, PgarkError } from '@pgark/core'
import type pg from 'pg'
import { lossAdvice } from '../connection/advice.ts'
import { safeMessage, withoutValues } from '../connection/database-error.ts'

/** How often an idle transaction is shown to be alive: often enough for firewalls that forget silent connections. */
const pingIntervalMs = 30_000

export interface ConnectionWatch {
  /** Aborts when `outer` does, or with `ENGINE.CONNECTION_LOST` when the connection ends. */
  readonly signal: AbortSignal
  /** Begins to ask something every now and then; before a snapshot is taken, a question would take it. */
  keepInUse(): void
  /**
   * Watches one more connection, until the function that it answers is called. One that is lost while it `isBusy` is told by what
   * it is busy with.
   */
  alsoWatch(client: pg.Client, what: string, isBusy: () => boolean): () => void
  stop(): void
}

/** Watches a connection that must stay open while others work, and keeps it in use. */
export function watchConnection(client: pg.Client, outer: AbortSignal, what: string): ConnectionWatch {
  const controller = new AbortController()
  const watch = (watched: pg.Client, name: string, isBusy: () => boolean) => {
    const lost = (cause: unknown) => {
      if (!isBusy()) controller.abort(isPgarkError(cause) ? cause : connectionLost(name, cause))
    }
    const onEnd = () => lost(undefined)
    watched.on('error', lost)
    watched.on('end', onEnd)
    return {
      lost,
      stop() {
        watched.off('error', lost)
        watched.off('end', onEnd)
      },
    }
  }
  const first = watch(client, what, () => false)
  let ping: NodeJS.Timeout | undefined
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    keepInUse() {
      ping = setInterval(() => client.query('SELECT 1').catch(first.lost), pingIntervalMs)
      ping.unref()
    },
    alsoWatch: (...another) => watch(...another).stop,
    stop() {
      clearInterval(ping)
      first.stop()
    },
  }
}

function connectionLost(what: string, cause: unknown): PgarkError {
  const said = cause === undefined ? '' : ` (${safeMessage(cause)})`
  return new PgarkError('ENGINE.CONNECTION_LOST', `The connection of ${what} was lost${said}.`, {
    ...lossAdvice(cause),
    cause: withoutValues(cause),
  })
}
