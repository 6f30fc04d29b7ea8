import { refuseFeatures } from '../older-server/refuse-features.ts'
import { majorOf } from '../older-server/versions.ts'
import type { TargetCheck } from './target-check.ts'

/** What an older server cannot have, as far as it is known by its words. Of rows, a statement will tell what it does not take. */
export const olderServer: TargetCheck = async ({ server, needs, requirements, request }) => {
  const refused = request.selection.dataOnly ? [] : refuseFeatures(requirements.features ?? [], server)
  const { serverVersion } = needs.source
  if (Number.parseInt(serverVersion, 10) <= majorOf(server)) return refused
  return [
    ...refused,
    {
      severity: 'warning',
      code: 'RESTORE.OLDER_SERVER',
      message: `The backup is of PostgreSQL ${serverVersion}, the target is ${server.version}: its rows may have what it does not take.`,
      hint: `restore into PostgreSQL ${Number.parseInt(serverVersion, 10)} or newer if one fails`,
    },
  ]
}
