import { ArchiveError } from '../archive-error.ts'

export const tarBlockBytes = 512
const magic = { at: 257, text: 'ustar' }
const name = { at: 0, length: 100 }
const size = { at: 124, length: 12 }
const checksum = { at: 148, length: 8 }
const type = 156
const linkName = { at: 157, length: 100 }
const prefix = { at: 345, length: 155 }
const regularFile = '0'.charCodeAt(0)
/** `toc.dat`, `4021.dat`, `blob_16403.dat`, `blobs.toc`, `blobs_4021.toc`, `restore.sql`: never a folder, nor a way out of one. */
const memberName = /^[a-z0-9_]{1,90}\.(?:dat|toc|sql)$/

export interface TarHeader {
  readonly name: string
  /** Bytes of the member's content. */
  readonly size: number
}

/** Whether these first bytes are those of a tar archive. */
export function isTar(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(magic.at, magic.at + magic.text.length)).equals(Buffer.from(magic.text))
}

/** Reads a member's header, as pg_dump writes it at `offset`, and checks it. What pg_dump never writes is refused. */
export function readTarHeader(block: Buffer, offset: number): TarHeader {
  if (!isTar(block)) throw tarDamage('is no header of a file', offset)
  // Everything else can only be believed after this.
  const sum = block.reduce((total, byte) => total + byte, 0)
  const own = block.subarray(checksum.at, checksum.at + checksum.length)
  const blank = checksum.length * 0x20
  if (number(own) !== sum - own.reduce((total, byte) => total + byte, 0) + blank) {
    throw tarDamage('has a header whose checksum differs', offset)
  }
  const found = text(block, name)
  const isPlainFile = block[type] === regularFile && text(block, linkName) === '' && text(block, prefix) === ''
  if (!isPlainFile || !memberName.test(found)) throw tarDamage('holds something that pg_dump never writes', offset)
  const bytes = number(block.subarray(size.at, size.at + size.length))
  if (bytes === undefined) throw tarDamage('has a header with a size that is no number', offset)
  return { name: found, size: bytes }
}

export function tarDamage(problem: string, offset: number): ArchiveError {
  return new ArchiveError('ARCHIVE.CORRUPT', `The tar archive ${problem} (at offset ${offset})`, {
    meta: { offset },
    hint: 'Fetch it again, or use another copy. Only tar archives as pg_dump wrote them are read.',
  })
}

/** Up to the first NUL byte, if there is one. */
function text(block: Buffer, field: { at: number; length: number }): string {
  const bytes = block.subarray(field.at, field.at + field.length)
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end)
}

/** Octal digits and a space or NUL; numbers that are too large for that are binary, behind a byte of 128. */
function number(field: Buffer): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, 0)
    return Number.isSafeInteger(value) ? value : undefined
  }
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field.toString('latin1'))
  return digits ? Number.parseInt(digits[1] as string, 8) : undefined
}
