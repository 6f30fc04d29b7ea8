import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Codec } from '../../../src/compression/codec.ts'

/** An archive by stock pg_dump that is going to be damaged. */
export interface Sample {
  /** As the folder it lies in: `17-custom-zstd`. */
  readonly name: string
  readonly format: 'custom' | 'tar' | 'directory'
  readonly codec: Codec
  /** The files of a directory, or one. */
  readonly files: ReadonlyMap<string, Buffer>
}

export const sampleName = (major: number, format: Sample['format'], codec: Codec) => `${major}-${format}-${codec}`

/** The samples of a folder, always in the same order. */
export function loadSamples(folder: string): Sample[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const [, format, codec] = name.split('-') as [string, Sample['format'], Codec]
      const files = readdirSync(path.join(folder, name)).toSorted()
      const read = (file: string): [string, Buffer] => [file, readFileSync(path.join(folder, name, file))]
      return { name, format, codec, files: new Map(files.map(read)) }
    })
}
