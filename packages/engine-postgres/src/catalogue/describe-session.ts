/** A session, as pg_stat_activity shows it. What our role may not see is null. */
export interface Session {
  readonly pid: number
  readonly user: string | null
  readonly application: string | null
  readonly state: string | null
}

/** A session that is in the way. */
export interface BlockingSession extends Session {
  /** Of its lock in pg_locks, for example `AccessExclusiveLock`; null where it is not known. */
  readonly mode: string | null
  readonly granted: boolean | null
}

/** `process 4711 (user app, application migration, idle in transaction)` */
export function describeSession({ pid, user, application, state }: Session): string {
  const facts = [user && `user ${user}`, application && `application ${application}`, state].filter(Boolean)
  return `process ${pid} (${facts.join(', ') || 'unknown'})`
}

/** The same, and what it has: `… holds ACCESS EXCLUSIVE`. */
export function describeBlocking({ mode, granted, ...session }: BlockingSession): string {
  const lock =
    mode === null
      ? 'a lock'
      : mode
          .replace(/Lock$/, '')
          .replaceAll(/\B[A-Z]/g, ' $&')
          .toUpperCase()
  return `${describeSession(session)} ${granted === false ? 'waits for' : 'holds'} ${lock}`
}
