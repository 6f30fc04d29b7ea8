import { type ObjectSource, PgarkError, type RunContext } from '@pgark/core'
import type { ArchiveReader, TocEntry } from '@pgark/pg-archive'

const dataFile = /^(\d+)\.dat(\.(gz|lz4|zst))?$/
const ofLargeObjects = /^blob/
const listOfLargeObjects = /^blobs.*\.toc$/

/**
 * Looks at every object that a restore of these entries reads, before it changes anything: whether it is there, of its size and,
 * where that is cheap, what was stored. Resolves with whether the bytes of all of them are known.
 */
export async function checkObjects(
  { archive, format }: ArchiveReader,
  entries: readonly TocEntry[],
  source: ObjectSource,
  run: RunContext,
): Promise<boolean> {
  if (!source.manifest) {
    if (format === 'directory') await requireFiles(entries, source, run)
    return false
  }
  run.onEvent({ type: 'phase', name: 'check' })
  const wanted = new Set(entries.map(({ dumpId }) => dumpId))
  const left = new Set(archive.entries.map(({ dumpId }) => dumpId).filter((id) => !wanted.has(id)))
  const hasLargeObjects = entries.some(({ description }) => description === 'BLOBS')
  let isKnown = true
  for (const name of source.objectNames) {
    const [, dumpId] = dataFile.exec(name) ?? []
    if (dumpId !== undefined && left.has(Number(dumpId))) continue
    if (ofLargeObjects.test(name) && !hasLargeObjects) continue
    run.signal.throwIfAborted()
    const isChecked = await source.check(name, { signal: run.signal })
    // What says where data is must be right before any of them is read; it is small.
    if (!isChecked && listOfLargeObjects.test(name)) await readToEnd(name, source, run)
    isKnown = isChecked && isKnown
  }
  return isKnown
}

/** At its end the source throws where it is not what was stored. */
async function readToEnd(name: string, source: ObjectSource, { signal }: RunContext): Promise<void> {
  for await (const _ of source.read(name, { signal })) signal.throwIfAborted()
}

/** A folder by pg_dump says nothing of its files but their names. */
async function requireFiles(entries: readonly TocEntry[], source: ObjectSource, { signal }: RunContext): Promise<void> {
  for (const { data, description, tag } of entries) {
    if (data.kind !== 'file') continue
    const names = ['', '.gz', '.lz4', '.zst'].map((ending) => `${data.name}${ending}`)
    let isThere = false
    for (const name of names) isThere ||= await source.has(name, { signal })
    if (isThere) continue
    throw new PgarkError('DAMAGE.MISSING', `${data.name}, the data of ${description} ${tag ?? ''}, is missing.`, {
      hint: 'copy the whole folder again',
    })
  }
}
