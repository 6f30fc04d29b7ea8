/** A session that is in the way, as pg_stat_activity and pg_locks show it. What our role may not see is null. */
export interface BlockingProcess {
  readonly pid: number
  readonly user: string | null
  readonly application: string | null
  readonly state: string | null
  /** Of its lock, for example `AccessExclusiveLock`; null where it is not known. */
  readonly mode: string | null
  readonly granted: boolean | null
}

/** `process 4711 (user app, application migration, idle in transaction) holds ACCESS EXCLUSIVE` */
export function describeProcess({ pid, user, application, state, mode, granted }: BlockingProcess): string {
  const name = [user && `user ${user}`, application && `application ${application}`, state].filter(Boolean).join(', ')
  const lock =
    mode === null
      ? 'a lock'
      : mode
          .replace(/Lock$/, '')
          .replaceAll(/\B[A-Z]/g, ' $&')
          .toUpperCase()
  return `process ${pid} (${name || 'unknown'}) ${granted === false ? 'waits for' : 'holds'} ${lock}`
}
