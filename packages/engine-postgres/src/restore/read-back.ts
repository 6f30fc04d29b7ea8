import { type Contents, type ContentsTable, type Finding, isPgarkError, type RunContext } from '@pgark/core'
import { compareLargeObjects } from '../compare/compare-large-objects.ts'
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
  #hadLargeObjects = false
  /** Why rows cannot be read. */
  #unread: string | undefined

  constructor(scope: ReadBackScope, run: RunContext) {
    this.#scope = scope
    this.#run = run
  }

  /** To be called before anything is restored. */
  async lookBefore(reading: Reading): Promise<void> {
    const { client } = reading.readers[0]
    const { rows } = await client.query('SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) AS some')
    this.#hadLargeObjects = rows[0].some
    if (!this.#scope.intoTables) return
    await this.#ifPermitted(async () => {
      this.#before = await this.#digests(reading)
    })
  }

  /** What is different now. Where the role may write rows and not read them, a warning says so. */
  async compare(reading: Reading): Promise<readonly Finding[]> {
    this.#run.onEvent({ type: 'phase', name: 'compare' })
    const findings = this.#unread ? undefined : await this.#ifPermitted(() => this.#differences(reading))
    if (findings) return findings
    return [
      {
        severity: 'warning',
        code: 'RESTORE.NOT_COMPARED',
        message: `What was restored could not be read back: ${this.#unread}`,
        hint: 'compare it as a role that may read everything: pgark verify --against',
      },
    ]
  }

  async #differences(reading: Reading): Promise<readonly Finding[]> {
    const { contents, tables, isWhole, exceptions, keptSequences } = this.#scope
    const { client } = reading.readers[0]
    const now = await this.#digests(reading)
    const added = new Map([...now].map(([name, digest]) => [name, without(digest, this.#before.get(name))]))
    const sequences = contents.sequences.filter(({ schema, name }) => !keptSequences?.has(`${schema}.${name}`))
    const withObjects = isWhole && contents.largeObjects.count > 0 && !this.#hadLargeObjects
    const ofObjects = withObjects ? await compareLargeObjects(client, contents.largeObjects, this.#run.signal) : []
    return [
      ...exceptions.ofTables(tables, (some) => tableDifferences(some, added, this.#hadRows() ? 'gained' : 'has')),
      ...(isWhole ? await exceptions.ofSequences(sequences, (some) => compareSequences(client, some)) : []),
      ...exceptions.ofLargeObjects(ofObjects),
    ]
  }

  #hadRows(): boolean {
    return [...this.#before.values()].some(({ rows }) => rows > 0)
  }

  async #ifPermitted<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!isPgarkError(error) || error.meta.sqlstate !== notPermitted) throw error
      this.#unread = error.message
      return undefined
    }
  }

  async #digests(reading: Reading): Promise<ReadonlyMap<string, TableDigest>> {
    const { tables, contents } = this.#scope
    // Whose rows have been restored was told already.
    const run = { ...this.#run, onEvent: () => {} }
    return await readDigests(reading, tablesToRead(tables), contents.source.encoding, run)
  }
}

function without(now: TableDigest, before: TableDigest | undefined): TableDigest {
  if (!before) return now
  return { ...now, rows: now.rows - before.rows, digest: subtractDigests(now.digest, before.digest) }
}
