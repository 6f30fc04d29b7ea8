import { type Contents, type ContentsTable, type Finding, isPgarkError, type RunContext } from '@pgark/core'
import { compareLargeObjects, type LargeObjectSum, sumLargeObjects } from '../compare/compare-large-objects.ts'
import { compareSequences } from '../compare/compare-sequences.ts'
import { tableDifferences, tablesToRead } from '../compare/compare-tables.ts'
import type { DigestReaders } from '../compare/digest-readers.ts'
import { readDigests, type TableDigest } from '../compare/read-digests.ts'
import { subtractDigests } from '../copy/digest.ts'
import type { Exceptions } from './allow/exceptions.ts'

/** Connections that read the target. */
export type Reading = Pick<DigestReaders, 'readers' | 'serverVersionNum'>

/** What of a backup is restored, and so can be compared. */
export interface ReadBackScope {
  readonly contents: Contents
  readonly tables: readonly ContentsTable[]
  /** With the values of all sequences and all large objects. */
  readonly isWhole: boolean
  /** Rows go into tables that are there already, and may have some. */
  readonly intoTables: boolean
  readonly exceptions: Exceptions
  /** Sequences that may rightly be ahead of the backup, as `schema.name`. */
  readonly keptSequences?: ReadonlySet<string>
}

const notPermitted = '42501'

/** Reads what a restore has stored, and compares it with what was backed up: what was there before plus the backup is what is there now. */
export class ReadBack {
  readonly #scope: ReadBackScope
  readonly #run: RunContext
  #before: ReadonlyMap<string, TableDigest> = new Map()
  #objectsBefore: LargeObjectSum | undefined
  /** Why rows cannot be read. */
  #unread: string | undefined
  /** Why large objects cannot be read. */
  #unreadObjects: string | undefined

  constructor(scope: ReadBackScope, run: RunContext) {
    this.#scope = scope
    this.#run = run
  }

  /** To be called before anything is restored. */
  async lookBefore(reading: Reading): Promise<void> {
    if (this.#scope.intoTables) {
      this.#unread = await refusal(async () => {
        this.#before = await this.#digests(reading)
      })
    }
    if (this.#unread || !this.#hasObjects()) return
    this.#unreadObjects = await refusal(async () => {
      this.#objectsBefore = await sumLargeObjects(reading.readers[0].client, this.#run.signal)
    })
  }

  /** What is different now. Where the role may write rows and not read them, a warning says so. */
  async compare(reading: Reading): Promise<readonly Finding[]> {
    this.#run.onEvent({ type: 'phase', name: 'compare' })
    let findings: readonly Finding[] = []
    this.#unread ??= await refusal(async () => {
      findings = await this.#differences(reading)
    })
    if (this.#unread) return [notCompared('What was restored', this.#unread)]
    return this.#unreadObjects ? [...findings, notCompared('Large objects', this.#unreadObjects)] : findings
  }

  async #differences(reading: Reading): Promise<readonly Finding[]> {
    const { contents, tables, isWhole, exceptions, keptSequences } = this.#scope
    const { client } = reading.readers[0]
    const now = await this.#digests(reading)
    const added = new Map([...now].map(([name, digest]) => [name, without(digest, this.#before.get(name))]))
    const sequences = contents.sequences.filter(({ schema, name }) => !keptSequences?.has(`${schema}.${name}`))
    const ofObjects =
      this.#hasObjects() && !this.#unreadObjects
        ? await compareLargeObjects(client, contents.largeObjects, this.#run.signal, this.#objectsBefore)
        : []
    return [
      ...exceptions.ofTables(tables, (some) => tableDifferences(some, added, this.#hadRows() ? 'gained' : 'has')),
      ...(isWhole ? await exceptions.ofSequences(sequences, (some) => compareSequences(client, some)) : []),
      ...exceptions.ofLargeObjects(ofObjects),
    ]
  }

  #hadRows(): boolean {
    return [...this.#before.values()].some(({ rows }) => rows > 0)
  }

  #hasObjects(): boolean {
    return this.#scope.isWhole && this.#scope.contents.largeObjects.count > 0
  }

  async #digests(reading: Reading): Promise<ReadonlyMap<string, TableDigest>> {
    const { tables, contents } = this.#scope
    // Whose rows have been restored was told already.
    const run = { ...this.#run, onEvent: () => {} }
    return await readDigests(reading, tablesToRead(tables), contents.source.encoding, run)
  }
}

/** Why the role may not read something, or undefined where it may. */
async function refusal(read: () => Promise<void>): Promise<string | undefined> {
  try {
    await read()
    return undefined
  } catch (error) {
    if (!isPgarkError(error) || error.meta.sqlstate !== notPermitted) throw error
    return error.message
  }
}

const notCompared = (what: string, why: string): Finding => ({
  severity: 'warning',
  code: 'RESTORE.NOT_COMPARED',
  message: `${what} could not be read back: ${why}`,
  hint: 'compare it as a role that may read everything: pgark verify --against',
})

function without(now: TableDigest, before: TableDigest | undefined): TableDigest {
  if (!before) return now
  return { ...now, rows: now.rows - before.rows, digest: subtractDigests(now.digest, before.digest) }
}
