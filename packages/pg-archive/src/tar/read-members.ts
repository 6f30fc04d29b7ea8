import { ArchiveError } from '../archive-error.ts'
import { Pull } from '../bytes/pull.ts'
import { trailing } from '../bytes/trailing.ts'
import { isTar, readTarHeader, tarBlockBytes, tarDamage } from './tar-header.ts'

export interface TarMember {
  readonly name: string
  /** Bytes of its content. */
  readonly size: number
  /** Where its content begins in the archive. */
  readonly offset: number
  /** Its content, once, and only until the next member is asked for: what was not read is passed over then. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The members of a tar archive of `pg_dump --format=tar`, one after the other. Bounded memory. Throws `ARCHIVE.BAD_MAGIC` for what is
 * no tar archive, `ARCHIVE.TRUNCATED` for a cut one, also when only the end mark is missing, `ARCHIVE.CORRUPT` for a damaged one or
 * one that pg_dump cannot have written, `ARCHIVE.TRAILING` when something follows its end.
 */
export async function* readMembers(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const pull = new Pull(source, 'tar archive')
  try {
    for (let position = 0; ; position++) {
      const start = pull.offset
      const header = await pull.take(tarBlockBytes, 'the header of a file, or the end mark')
      if (isZero(header)) break
      if (position === 0 && !isTar(header)) throw noTar()
      const { name, size } = readTarHeader(header, start)
      const offset = pull.offset
      const what = `the content of ${name}`
      async function* content() {
        let at = offset
        if (pull.offset !== at) throw readAgain(name)
        for await (const part of pull.stream(size, what)) {
          at += part.length
          yield part
          if (pull.offset !== at) throw readAgain(name)
        }
      }
      yield { name, size, offset, body: { [Symbol.asyncIterator]: content } }
      await pull.skip(offset + size - pull.offset, what)
      await readPadding(pull, size)
    }
    await readEnd(pull)
  } finally {
    await pull.close()
  }
}

/** Contents are filled up to whole blocks. */
async function readPadding(pull: Pull, size: number): Promise<void> {
  const start = pull.offset
  const padding = await pull.take((tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes, 'the padding of a file')
  if (!isZero(padding)) throw tarDamage('has something between two files', start)
}

/** A second block of zeros ends the archive; other programs than pg_dump write more of them. */
async function readEnd(pull: Pull): Promise<void> {
  const start = pull.offset
  if (!isZero(await pull.take(tarBlockBytes, 'the end mark'))) throw tarDamage('has half an end mark', start)
  while (!(await pull.atEnd())) {
    const offset = pull.offset
    if (isZero(await pull.takeUpTo(64 * 1024))) continue
    throw trailing('the tar archive', offset)
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

function noTar(): ArchiveError {
  return new ArchiveError('ARCHIVE.BAD_MAGIC', 'The bytes are no tar archive', {
    meta: { offset: 0 },
    hint: 'Give a file that pg_dump wrote with --format=tar.',
  })
}

function readAgain(name: string): Error {
  return new Error(`Expected the content of ${name} to be read once, before the next member is asked for`)
}
