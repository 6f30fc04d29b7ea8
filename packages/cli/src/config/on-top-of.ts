import type { BackupOptions } from '@pgark/core'
import { isSameTable } from './same-table.ts'

/** What has names; where they are names of tables, they can be written in several ways. */
const named = { metadata: false, filters: true, renameSchemas: false, renameTables: true } as const
type Named = keyof typeof named

/** What has names is added to what the config has, or replaces it by its name. */
export function onTopOf(preset: Partial<BackupOptions>, flags: Partial<BackupOptions>): Partial<BackupOptions> {
  const keys = (Object.keys(named) as Named[]).filter((key) => flags[key])
  const kept = (key: Named) => {
    const gone = named[key] ? replacedBy(preset[key] ?? {}, flags[key] ?? {}) : []
    return Object.entries(preset[key] ?? {}).filter(([name]) => !gone.includes(name))
  }
  return {
    ...flags,
    ...Object.fromEntries(keys.map((key) => [key, { ...Object.fromEntries(kept(key)), ...flags[key] }])),
  }
}

/**
 * The tables of the config that flags mean, too, however they are written. Where a name without a schema could be any of several, none
 * is: only the server knows which, and tells it.
 */
function replacedBy(preset: object, flags: object): readonly string[] {
  return Object.keys(flags).flatMap((flag) => {
    const same = Object.keys(preset).filter((name) => isSameTable(name, flag))
    return same.includes(flag) ? [flag] : same.length === 1 ? same : []
  })
}

/** Tells which filters of the config flags replace under another spelling: the flag could be meant for another table. */
export function replacedFilters({ filters = {} }: Partial<BackupOptions>, flags: Partial<BackupOptions>): string[] {
  return Object.keys(flags.filters ?? {}).flatMap((flag) =>
    replacedBy(filters, { [flag]: true })
      .filter((name) => name !== flag)
      .map((name) => `the filter for ${flag} takes the place of that for ${name} in the config file`),
  )
}
