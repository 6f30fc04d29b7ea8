import type { TocEntry } from '@pgark/pg-archive'

const fields = ['tag', 'schema', 'definition', 'dropStatement', 'copyStatement'] as const

/** Entries whose text has one character for each byte of UTF-8, as the text that it is. */
export const asText = (entries: readonly TocEntry[]) =>
  entries.map((entry) => mapped(entry, (bytes) => Buffer.from(bytes, 'latin1').toString()))

/** And back. */
export const asBytes = (entries: readonly TocEntry[]) =>
  entries.map((entry) => mapped(entry, (text) => Buffer.from(text).toString('latin1')))

function mapped(entry: TocEntry, change: (text: string) => string): TocEntry {
  const changed = fields.flatMap((field) => {
    const text = entry[field]
    return text === undefined ? [] : [[field, change(text)] as const]
  })
  return { ...entry, ...Object.fromEntries(changed) }
}
