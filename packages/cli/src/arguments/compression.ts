import type { Compression } from '@pgark/core'

const grammar = /^(none|gzip(:[1-9])?|zstd(:([1-9]|1\d))?)$/

/** `none`, `gzip[:1-9]`, `zstd[:1-19]`; undefined for anything else. */
export function compressionOf(text: string): Compression | undefined {
  if (!grammar.test(text)) return undefined
  const [codec, level] = text.split(':')
  return { codec: codec as Compression['codec'], ...(level !== undefined && { level: Number(level) }) }
}
