import { randomBytes } from 'node:crypto'

/** The last part of a proof's key. Names sort by time; the end keeps those of the same moment apart. */
export function proofName(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]/g, '')}-${randomBytes(2).toString('hex')}.json`
}

/** What stands between the name of a single file and that. */
export const besideFile = '.proof-'

/** Whether a key is that of a proof beside a single file. */
export const isProofOfFile = (key: string) => /\.proof-\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{4}\.json$/.test(key)
