import type { Exporter, StoredObject } from '../../src/index.ts'

export interface Faults {
  /** Runs before and after each write; what it throws is what the destination says. */
  beforeWrite?: (key: string) => Promise<void> | void
  afterWrite?: (key: string) => Promise<void> | void
  /** What the destination says it stored. */
  answer?: (stored: StoredObject) => StoredObject
  /** What `stat` and `list` say about a key's size. */
  sizeOf?: (key: string, sizeBytes: number) => number
  beforeRemove?: (keys: readonly string[]) => Promise<void> | void
  /** A pipe: nothing can be read back. */
  isPipe?: boolean
}

/** A destination with faults; `calls` are its writes and removals, in the order in which they began to have effect. */
export function faulty(exporter: Exporter, faults: Faults) {
  const calls: string[] = []
  const wrapped: Exporter = {
    ...exporter,
    capabilities: { ...exporter.capabilities, ...(faults.isPipe && { read: false, remove: false }) },
    async write(key, body, options) {
      await faults.beforeWrite?.(key)
      const stored = await exporter.write(key, body, options)
      calls.push(`write ${key}`)
      await faults.afterWrite?.(key)
      return faults.answer?.(stored) ?? stored
    },
    async stat(key, options) {
      if (faults.isPipe) throw new Error('a pipe was asked what it holds')
      const found = await exporter.stat(key, options)
      return found && { ...found, sizeBytes: faults.sizeOf?.(key, found.sizeBytes) ?? found.sizeBytes }
    },
    async *list(prefix, options) {
      for await (const found of exporter.list(prefix, options)) {
        const isFolder = 'prefix' in found
        yield isFolder ? found : { ...found, sizeBytes: faults.sizeOf?.(found.key, found.sizeBytes) ?? found.sizeBytes }
      }
    },
    async remove(keys, options) {
      await faults.beforeRemove?.(keys)
      calls.push(...keys.map((key) => `remove ${key}`))
      await exporter.remove(keys, options)
    },
  }
  return { exporter: wrapped, calls }
}
