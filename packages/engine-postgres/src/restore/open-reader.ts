import type { ObjectSource } from '@pgark/core'
import {
  type ArchiveReader,
  decompress,
  detectFormat,
  formatBytes,
  openCustom,
  openDirectory,
  openTar,
  peek,
} from '@pgark/pg-archive'

/** The archive's strings are one character per byte, so that text in any encoding reaches the server untouched. */
const decoding = { decode: 'latin1' } as const

/** The archive that a backup is, or the text of a plain dump; told by its first bytes, also of what was compressed as a whole. */
export async function openReader(
  source: ObjectSource,
  signal: AbortSignal,
): Promise<ArchiveReader | AsyncIterable<Uint8Array>> {
  const name = source.objectName
  if (name === 'toc.dat') {
    const folder = {
      read: (file: string) => source.read(file, { signal }),
      has: (file: string) => source.has(file, { signal }),
    }
    return await openDirectory(folder, decoding)
  }
  const stored = await peek(source.read(name, { signal }), formatBytes)
  const format = detectFormat(stored.start)
  // What has a hash is read to its end, or it would not be checked.
  if (format !== 'plain' && source.canSeek && !source.manifest) {
    await stored.body.return()
    return await openers[format](
      { read: (start) => source.read(name, { signal, range: { start } }), canSeek: true },
      decoding,
    )
  }
  const { start, body } = await peek(decompress(stored.body), formatBytes)
  const inside = detectFormat(start)
  return inside === 'plain' ? body : await openers[inside]({ read: () => body, canSeek: false }, decoding)
}

const openers = { custom: openCustom, tar: openTar }
