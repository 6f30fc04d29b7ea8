import type { Finding, RequiredFeature } from '@pgark/core'
import { restoreElsewhere } from './rule.ts'
import { rules } from './rules.ts'
import { listed } from './tell.ts'
import { majorOf } from './versions.ts'

/** What of it a server of that version cannot have, each with a remedy. */
export function refuseFeatures(
  features: readonly RequiredFeature[],
  server: { version: string; versionNum: number },
): Finding[] {
  return features
    .filter(({ since }) => since > majorOf(server))
    .map(({ feature, since, objects }) => ({
      severity: 'error',
      code: 'REFUSED.OLDER_SERVER',
      message: `${feature} came with PostgreSQL ${since}, the target is ${server.version}: ${listed(objects)}.`,
      hint: remedies.get(feature) ?? restoreElsewhere(since),
    }))
}

/** A newer version of this package may have noted more. */
const remedies = new Map(rules.flatMap((rule) => (rule.kind === 'refused' ? [[rule.feature, rule.remedy]] : [])))
