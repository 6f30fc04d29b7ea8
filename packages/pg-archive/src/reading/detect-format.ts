import { MAGIC } from '../toc/codes.ts'

/** Bytes that tell a format. */
export const formatBytes = 512

const tarMagicAt = 257

/** Tells a dump's format from its first bytes, `formatBytes` of them where there are as many, never from a file's name. */
export function detectFormat(start: Uint8Array): 'custom' | 'tar' | 'plain' {
  const text = (from: number, length: number) => Buffer.from(start.subarray(from, from + length)).toString('latin1')
  if (text(0, MAGIC.length) === MAGIC) return 'custom'
  return text(tarMagicAt, 5) === 'ustar' && text(0, 8) === 'toc.dat\0' ? 'tar' : 'plain'
}
