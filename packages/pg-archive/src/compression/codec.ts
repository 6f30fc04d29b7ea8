/** How a stored stream is compressed. */
export type Codec = 'none' | 'gzip' | 'lz4' | 'zstd'

/** The codecs that this package also writes. */
export type WritableCodec = Exclude<Codec, 'lz4'>

/** Bytes that tell a stream's codec. */
export const magicBytes = 4

/** Tells a stream's codec from its first bytes, never from a file's name. A skippable frame may stand before zstd data. */
export function detectCodec(start: Uint8Array): Codec {
  const [a, b, c, d] = start
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (a === 0x04 && b === 0x22 && c === 0x4d && d === 0x18) return 'lz4'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd'
  return 'none'
}

const others: readonly [magic: string, program: string][] = [
  ['BZh', 'bzip2'],
  ['\xfd7zX', 'xz'],
  ['PK\x03\x04', 'zip'],
]

/** The program that compressed a stream in a way that is not read here, by its first bytes; no SQL and no archive begins like this. */
export function foreignCompression(start: Uint8Array): string | undefined {
  const text = Buffer.from(start).toString('latin1')
  return others.find(([magic]) => text.startsWith(magic))?.[1]
}
