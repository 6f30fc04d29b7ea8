import type { ObjectSource } from '@pgark/core'

export interface WatchedSource {
  readonly source: ObjectSource
  /** Objects of which something was read, but not all, so that nobody knows whether they are what was stored. */
  doubtful(): readonly string[]
}

/** A source that remembers what was read of it to its end, where hashes are compared. */
export function watchSource(source: ObjectSource): WatchedSource {
  const begun = new Set<string>()
  const sound = new Set<string>()
  return {
    source: {
      ...source,
      async check(name, options) {
        const isChecked = await source.check(name, options)
        if (isChecked) sound.add(name)
        return isChecked
      },
      async *read(name, options) {
        begun.add(name)
        yield* source.read(name, options)
        if (!options?.range) sound.add(name)
      },
    },
    doubtful: () => [...begun].filter((name) => !sound.has(name)),
  }
}
