import type { TargetCheck } from './target-check.ts'

/** Much of a newer server's SQL is understood by an older one; what is not, its statement will tell. */
export const olderServer: TargetCheck = async ({ server, needs }) => {
  const { serverVersion } = needs.source
  if (Number.parseInt(serverVersion, 10) <= Math.floor(server.versionNum / 10_000)) return []
  return [
    {
      severity: 'warning',
      code: 'RESTORE.OLDER_SERVER',
      message: `The backup is of PostgreSQL ${serverVersion}, the target is ${server.version}: it may not know all of its definitions.`,
      hint: `restore into PostgreSQL ${Number.parseInt(serverVersion, 10)} or newer if a statement fails`,
    },
  ]
}
