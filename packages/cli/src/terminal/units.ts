const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes in the largest decimal unit that leaves at least 1: `83.2 MB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** A number with separated thousands, whatever the locale. */
export const formatCount = (count: number) => Math.round(count).toLocaleString('en-US')

/** A duration as one would say it: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 7 min`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** A count with its noun: `1 table`, `2 tables`. */
export const formatNumberOf = (count: number, noun: string) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** A table's name for people; files of other tools may leave the schema out. */
export const formatTableName = ({ schema, name }: { schema: string; name: string }) =>
  schema ? `${schema}.${name}` : name
