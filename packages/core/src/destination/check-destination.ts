import type { Exporter } from '../contracts/exporter.ts'
import type { Finding, RunContext } from '../contracts/run.ts'
import { formatBytes } from '../units.ts'

/** What zstd leaves of rows at best, about: with less room than that a backup cannot fit. */
const smallestShare = 1 / 20

/**
 * Whether a backup of a database with that much data could be stored there.
 *
 * @param sizeBytes rows on disk, undefined where that is not known
 */
export async function checkDestination(
  to: Exporter,
  sizeBytes: number | undefined,
  { signal }: RunContext,
): Promise<Finding[]> {
  const findings: Finding[] = []
  if (to.objectKey !== undefined && (await to.stat(to.objectKey, { signal }))) {
    findings.push({
      severity: 'warning',
      code: 'REFUSED.EXISTS',
      message: `${to.location} is already there.`,
      hint: 'choose another name, or allow it to be replaced (--force)',
    })
  }
  if (!to.probe) {
    const message = `${to.location} was not looked at: destinations of the kind ${to.name} cannot be tried.`
    return [...findings, { severity: 'info', code: 'DOCTOR.DESTINATION', message, hint: 'try it with a small backup' }]
  }
  const { freeBytes } = await to.probe({ signal })
  const free = freeBytes === undefined ? '' : `, with ${formatBytes(freeBytes)} free`
  findings.push({
    severity: 'info',
    code: 'DOCTOR.DESTINATION',
    message: `${to.location} can be written${free}.`,
    hint: 'nothing to do',
  })
  if (freeBytes !== undefined && sizeBytes !== undefined && freeBytes < sizeBytes) {
    const hasRoom = freeBytes >= sizeBytes * smallestShare
    findings.push({
      severity: hasRoom ? 'warning' : 'error',
      code: 'DESTINATION.FULL',
      message: `${to.location} has ${formatBytes(freeBytes)} free, the database has ${formatBytes(sizeBytes)} of rows${hasRoom ? ': a backup fits only if it compresses well' : ''}.`,
      hint: hasRoom ? 'compress (--to shop.sql.zst), or free space' : 'free space, or choose another place',
    })
  }
  return findings
}
