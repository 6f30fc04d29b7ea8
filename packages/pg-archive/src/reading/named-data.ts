import { ArchiveError } from '../archive-error.ts'

/** A stream of an archive's data, whose errors say what it belongs to: `the data of entry 12`. */
export async function* namedData(
  content: AsyncIterable<Uint8Array>,
  what: string,
  dumpId: number,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    const { code, message, meta, hint, cause } = error
    const said = message.includes(what) ? message : `In ${what}: ${message}`
    throw new ArchiveError(code, said, { meta: { ...meta, dumpId }, hint, cause })
  }
}
