import { type ObjectSource, PgarkError } from '@pgark/core'
import {
  type ArchiveReader,
  decompress,
  detectFormat,
  formatBytes,
  openCustom,
  openDirectory,
  openPlain,
  openTar,
  peek,
} from '@pgark/pg-archive'
import { unpackTableOfContents } from '../plain/table-of-contents.ts'
import { isReshaped } from '../rename/renamed-reader.ts'

/** The archive's strings are one character per byte, so that text in any encoding reaches the server untouched. */
const decoding = { decode: 'latin1' } as const

/** Whether a backup is an archive that can be read again and again, wherever one likes. */
export async function isArchiveAtWill(source: ObjectSource, signal: AbortSignal): Promise<boolean> {
  if (source.objectName === 'toc.dat') return true
  if (!source.canSeek) return false
  const { start, body } = await peek(
    source.read(source.objectName, { signal, range: { start: 0, end: formatBytes } }),
    formatBytes,
  )
  await body.return()
  return detectFormat(start) !== 'plain'
}

/**
 * The archive that a backup is, or the text of a plain dump; told by its first bytes, also of what was compressed as a whole. `isChecked`:
 * its bytes are known to be those that were stored.
 */
export async function openReader(
  source: ObjectSource,
  signal: AbortSignal,
  isChecked = false,
): Promise<ArchiveReader | AsyncIterable<Uint8Array>> {
  const opened = await openStored(source, signal, isChecked)
  return isReshaped(source) ? source.reshape(await requireArchive(opened, source, signal)) : opened
}

async function openStored(
  source: ObjectSource,
  signal: AbortSignal,
  isChecked: boolean,
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
  // What has a hash is read to its end, or it would not be checked; unless it has been.
  if (format !== 'plain' && source.canSeek && (isChecked || !source.manifest)) {
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

/** What was opened as an archive; a plain dump as the one that it was made of, where its manifest says it, undefined otherwise. */
export async function archiveOf(
  opened: ArchiveReader | AsyncIterable<Uint8Array>,
  source: ObjectSource,
  signal: AbortSignal,
): Promise<ArchiveReader | undefined> {
  if ('readData' in opened) return opened
  const { tableOfContents } = (await source.contents({ signal })) ?? {}
  if (tableOfContents !== undefined) return openPlain(opened, await unpackTableOfContents(tableOfContents))
  await opened[Symbol.asyncIterator]().return?.()
  return undefined
}

/** The same; throws `USAGE.OPTIONS` where there is none: what is asked for has no meaning without entries. */
export async function requireArchive(...args: Parameters<typeof archiveOf>): Promise<ArchiveReader> {
  const archive = await archiveOf(...args)
  if (archive) return archive
  const [, { location }] = args
  throw new PgarkError(
    'USAGE.OPTIONS',
    `${location} is a plain dump of which no table of contents is known: it is restored as a whole.`,
    {
      hint: 'parts are restored, renamed or allowed to fail in archives, and in plain backups by the manifest that was written with them',
    },
  )
}

const openers = { custom: openCustom, tar: openTar }
