import { createHash } from 'node:crypto'
import type { ScriptData } from './read-script.ts'
import type { Stream } from './read-streams.ts'
import type { Sample } from './sample.ts'
import { type StreamRange, streamRanges } from './stream-ranges.ts'

const hashOfNothing = createHash('sha256').digest('hex')

/** What reading an archive has given, or the code of its error. */
export interface Read {
  readonly streams: ReadonlyMap<string, Stream> | string
  readonly script: ScriptData | string
  /** The file that was damaged, and what became of it. */
  readonly file: string
  readonly damaged: Buffer
}

/** What reading an archive whole must give, whatever was done to it. */
export class Judge {
  readonly #sample: Sample
  readonly #original: ReadonlyMap<string, Stream>
  readonly #ranges: readonly StreamRange[]

  constructor(sample: Sample, original: ReadonlyMap<string, Stream>) {
    this.#sample = sample
    this.#original = original
    this.#ranges = streamRanges(sample)
    const unread = this.#ranges.flatMap(({ stream }) => (stream === undefined || original.has(stream) ? [] : [stream]))
    if (unread.length > 0) throw new Error(`${sample.name}: ${unread} was not read`)
  }

  /** Why what was accepted should not have been; undefined where nothing is wrong with it. */
  faultOf({ streams, script, file, damaged }: Read): string | undefined {
    if (typeof streams === 'string')
      return typeof script === 'string' ? undefined : `is refused with ${streams}, and accepted as a script`
    return (
      this.#streamFault(streams, file, damaged) ??
      (typeof script === 'string' ? undefined : scriptFault(script, streams))
    )
  }

  #streamFault(found: ReadonlyMap<string, Stream>, file: string, damaged: Buffer): string | undefined {
    const { codec } = this.#sample
    const [names, expected] = [[...found.keys()].sort(), [...this.#original.keys()].sort()]
    if (names.join() !== expected.join()) return `streams are ${names.join()}, not ${expected.join()}`
    const changed = [...found].filter(([name, { sha256 }]) => this.#original.get(name)?.sha256 !== sha256)
    for (const [name, { tail }] of changed) {
      // gzip has a checksum. Nothing has in uncompressed data, nor in lz4 and zstd by pg_dump.
      if (codec === 'gzip') return `${name} has changed, against its checksum`
      if (!this.#isOwnDamage(name, file, damaged)) return `${name} has changed, whose bytes are as they were`
      if (name.startsWith('table') && tail !== '\n\\.\n\n\n' && tail !== '\\.\n\n\n') return `${name} has lost its end`
    }
    return changed.length > 0 ? this.#structureFault(file, damaged) : undefined
  }

  /** Whether bytes of this stream were changed. */
  #isOwnDamage(stream: string, file: string, damaged: Buffer): boolean {
    const { format, files } = this.#sample
    const original = files.get(file) as Buffer
    const own = this.#ranges.filter((range) => range.stream === stream && range.file === file)
    // A file of a directory may also have grown.
    if (format === 'directory') return own.length > 0 && !original.equals(damaged)
    return own.some(({ from, to }) => !original.subarray(from, to).equals(damaged.subarray(from, to)))
  }

  /** A change of content that cannot be known lies within content: everything else, where it matters, is as it was. */
  #structureFault(file: string, damaged: Buffer): string | undefined {
    const { format, files } = this.#sample
    // A file of a directory is nothing but content.
    if (format === 'directory') return undefined
    const original = files.get(file) as Buffer
    if (original.length !== damaged.length) return 'content has changed, and the length of the archive'
    const repaired = Buffer.from(damaged)
    for (const { from, to } of this.#ranges) original.copy(repaired, from, from, to)
    return this.#isSameStructure(original, repaired) ? undefined : 'content has changed, and what is between it'
  }

  #isSameStructure(original: Buffer, repaired: Buffer): boolean {
    const [first] = this.#ranges
    const from = first?.from ?? 0
    // What stands in the table of contents, such as a definition, may have changed as well.
    return original.subarray(from).equals(repaired.subarray(from))
  }
}

/** A script has the same data, in the same order. Large objects without content are only created in it. */
function scriptFault({ tables, objects }: ScriptData, streams: ReadonlyMap<string, Stream>): string | undefined {
  const ofKind = (kind: string) => [...streams].filter(([name]) => name.startsWith(kind))
  const rows = ofKind('table ').map(([, { sha256 }]) => sha256)
  if (rows.join() !== tables.join()) return 'the script has other rows than the archive'
  const filled = ofKind('object ').filter(([, { sha256 }]) => sha256 !== hashOfNothing)
  const isSame = filled.every(([name, { sha256 }]) => objects.get(name.slice('object '.length)) === sha256)
  return isSame && filled.length === objects.size ? undefined : 'the script has other large objects than the archive'
}
