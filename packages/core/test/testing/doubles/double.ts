import path from 'node:path'
import { type Exporter, file, PgarkError } from '../../../src/index.ts'
import type { ExporterFaults, ExporterUnderTest } from '../../../src/testing/index.ts'
import { everythingIn } from '../../file/temp-folder.ts'

/** An exporter that breaks the contract in one way. */
export interface Double {
  /** What it does instead, given an exporter that keeps the contract and the folder that this one writes into. */
  readonly open?: (good: Exporter, folder: string) => Exporter
  readonly faults?: (good: Exporter) => ExporterFaults
  readonly isCheapPerObject?: boolean
  /** The cases that it fails: these and no others. */
  readonly fails: readonly string[]
  /** Cases where two of its writes meet by chance: who was last is sometimes whole. */
  readonly mayFail?: readonly string[]
}

const unavailable = () => new PgarkError('DESTINATION.UNAVAILABLE', 'the server answers 503', { retryable: true })
export const refusing = (code: string) => () => Promise.reject(new PgarkError(code, 'the server refuses'))

/** A body whose destination is lost before it ends. */
export async function* cutOff(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let given = 0
  for await (const chunk of body) {
    if (given++ > 0) throw unavailable()
    yield chunk
  }
}

/** What meets faults and keeps the contract: it gets over what passes, and leaves nothing behind after what lasts. */
const goodFaults = (good: Exporter): ExporterFaults => {
  const refused = refusing('DESTINATION.CREDENTIALS')
  return {
    wrongCredentials: () => ({
      ...good,
      write: refused,
      stat: refused,
      // biome-ignore lint/correctness/useYield: refused before there is anything to give
      async *read() {
        await refused()
      },
      // biome-ignore lint/correctness/useYield: refused before there is anything to give
      async *list() {
        await refused()
      },
    }),
    readOnly: () => ({ ...good, write: refusing('DESTINATION.DENIED') }),
    passing: { 'a 503': () => good },
    lasting: { '503s': () => ({ ...good, write: (key, body, options) => good.write(key, cutOff(body), options) }) },
  }
}

export function subjectOf(
  { open = (good) => good, faults, isCheapPerObject }: Double,
  home: string,
): ExporterUnderTest {
  const folder = path.join(home, 'backups')
  return {
    open: () => open(file(folder), folder),
    partSizeBytes: 128 * 1024,
    heldBytes: 2 * 1024 * 1024,
    isCheapPerObject: isCheapPerObject === true,
    unfinished: async () => (await everythingIn(home)).filter((name) => name.endsWith('.pgark-partial')),
    faults: {
      missingPlace: () => file(path.join(home, 'missing', 'backups')),
      ...goodFaults(file(folder)),
      ...faults?.(file(folder)),
    },
  }
}
