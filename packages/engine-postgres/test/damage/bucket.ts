import { type Exporter, file } from '@pgark/core'

export interface Bucket {
  readonly from: Exporter
  /** Keys of what was read, as often as it was. */
  readonly reads: string[]
}

/** A folder of backups that is not on this machine, as far as anybody can tell: nothing of it is read twice for safety's sake. */
export function bucketOf(folder: string): Bucket {
  const exporter = file(folder)
  const reads: string[] = []
  const from: Exporter = {
    ...exporter,
    capabilities: { ...exporter.capabilities, local: false },
    read(key, options) {
      reads.push(key)
      return exporter.read(key, options)
    },
  }
  return { from, reads }
}
