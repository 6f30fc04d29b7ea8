import { isPgarkError, PgarkError } from '@pgark/core'
import {
  dataScript,
  definitionScript,
  type EntryData,
  PlainSettings,
  readPlainDump,
  sessionScript,
  type TocEntry,
} from '@pgark/pg-archive'
import { quoteIdentifier } from '@pgark/pg-sql'
import { databaseError } from '../../connection/database-error.ts'
import { timeoutsOff } from '../../connection/timeouts.ts'
import { executeItem } from '../execute-item.ts'
import type { Execution } from '../execution.ts'
import { neededAuthorizations } from '../needed-authorizations.ts'
import type { Progress } from '../progress.ts'
import { tableIn } from '../table-of.ts'
import type { TargetSession } from '../target-session.ts'
import type { ArchiveJob } from './archive-job.ts'
import { complete } from './complete-script.ts'
import { readable } from './in-unicode.ts'

const newProgress = ({ told }: ArchiveJob): Progress => ({ statements: 0, skipped: 0, changed: 0, tables: [], told })

/** One of the connections that restore an archive. */
export class RestoreWorker {
  readonly progress: Progress
  readonly #target: TargetSession
  readonly #job: ArchiveJob
  /** Of this session. */
  readonly #settings = new PlainSettings()

  private constructor(target: TargetSession, job: ArchiveJob) {
    this.#target = target
    this.#job = job
    this.progress = newProgress(job)
  }

  /** Sets a session up as pg_restore does each of its own. */
  static async on(target: TargetSession, job: ArchiveJob, isOneOfSeveral: boolean): Promise<RestoreWorker> {
    const worker = new RestoreWorker(target, job)
    await target.client.query(timeoutsOff('session'))
    // Where several indexes are built at once, helpers of each would only stand in each other's way.
    if (isOneOfSeveral) await target.client.query('SET max_parallel_maintenance_workers = 0')
    await worker.#execute(sessionScript(job.reader.archive.entries), undefined, newProgress(job))
    return worker
  }

  /** Restores an entry: runs its definition, or loads its data. */
  async restore(entry: TocEntry): Promise<void> {
    if (!entry.hadDumper) {
      await this.#named(entry, () => this.#execute([definitionScript(entry, this.#settings)], entry))
    } else {
      // Where they cannot be read at will they were loaded before.
      for await (const item of this.#job.reader.readEntry?.(entry) ?? []) await this.load(item)
    }
  }

  /** Loads the data of an entry: rows by one COPY, other data in a transaction of its own. */
  async load(item: EntryData): Promise<void> {
    const { entry } = item
    await this.#named(entry, async () => {
      const isCopy = item.kind === 'table' && entry.copyStatement
      if (!isCopy) await this.#target.client.query('BEGIN')
      await this.#execute(dataScript(item), entry)
      if (!isCopy) await this.#target.client.query('COMMIT')
      const [table] = this.progress.tables.splice(0)
      if (table) this.#job.loaded.set(entry, table)
    })
  }

  async analyze(schema: string, name: string): Promise<void> {
    const table = schema ? `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` : quoteIdentifier(name)
    try {
      await this.#target.client.query(`ANALYZE ${table}`)
    } catch (error) {
      throw databaseError(error, 'RESTORE.ANALYZE', `Everything is restored, but ANALYZE of ${table} failed`, {
        rows: 'yes',
        hint: 'look at its indexes over expressions; --no-analyze leaves it out',
      })
    }
    this.progress.statements += 1
  }

  close(): Promise<void> {
    return this.#target.close()
  }

  async #execute(
    script: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    entry: TocEntry | undefined,
    progress = this.progress,
  ): Promise<void> {
    const job = this.#job
    const before = progress.changed
    const execution: Execution = {
      target: this.#target,
      request: job.request,
      run: job.run,
      progress,
      tableOf: (item) => tableIn(item, entry && job.expected?.get(entry), job.expected !== undefined),
      isUnchanged: () => job.changed === 0 && progress.changed === before,
      outcome: () => 'the restore was stopped',
    }
    try {
      const items = readPlainDump(complete(script), { ofArchive: true })
      for await (const item of neededAuthorizations(items, job.request)) await executeItem(item, execution)
    } finally {
      job.changed += progress.changed - before
    }
  }

  /** Does something with an entry, and notes that it is done; errors say which entry it was. */
  async #named(entry: TocEntry, work: () => Promise<void>): Promise<void> {
    const { description = '', schema = '', tag = '' } = entry
    const before = this.progress.changed
    try {
      await work()
    } catch (error) {
      const failure =
        this.progress.sourceError?.error === error
          ? error
          : databaseError(error, 'RESTORE.TARGET', `Cannot restore ${description} ${readable(tag)}`)
      if (!isPgarkError(failure)) throw failure
      const { code, message, hint, meta, retryable, cause } = failure
      const named = { kind: description, schema: readable(schema), name: readable(tag) }
      throw new PgarkError(code, message, { ...(hint && { hint }), meta: { ...meta, entry: named }, retryable, cause })
    }
    if (this.progress.changed > before) this.#job.done.push(entry)
  }
}
