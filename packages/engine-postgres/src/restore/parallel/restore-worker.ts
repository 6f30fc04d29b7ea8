import { isPgarkError, PgarkError } from '@pgark/core'
import {
  definitionScript,
  type EntryData,
  type PlainItem,
  PlainSettings,
  sessionScript,
  type TocEntry,
} from '@pgark/pg-archive'
import { databaseError } from '../../connection/database-error.ts'
import { timeoutsOff } from '../../connection/timeouts.ts'
import { itemForEntry } from '../allow/allowance.ts'
import { attempt } from '../allow/attempt.ts'
import { dataItems, entryItems } from '../entry-items.ts'
import { executeItem } from '../execute-item.ts'
import type { Execution } from '../execution.ts'
import { neededAuthorizations } from '../needed-authorizations.ts'
import type { Progress } from '../progress.ts'
import { runStatement } from '../raw-statement.ts'
import { tableIn } from '../table-of.ts'
import type { TargetSession } from '../target-session.ts'
import type { PartedTable, TablePart } from '../unordered/parted-table.ts'
import type { ArchiveJob } from './archive-job.ts'
import { readable } from './in-unicode.ts'

const newProgress = ({ told }: ArchiveJob): Progress => ({ statements: 0, skipped: 0, changed: 0, tables: [], told })

/** One of the connections that restore an archive. */
export class RestoreWorker {
  readonly progress: Progress
  readonly #target: TargetSession
  readonly #job: ArchiveJob
  /** Of its connection. */
  readonly #settings = new PlainSettings()
  /** Whether the server may build an index with processes of its own beside the session's. */
  #hasHelpers = true

  private constructor(target: TargetSession, job: ArchiveJob) {
    this.#target = target
    this.#job = job
    this.progress = newProgress(job)
  }

  /** Sets a session up as pg_restore does each of its own. */
  static async on(target: TargetSession, job: ArchiveJob): Promise<RestoreWorker> {
    const worker = new RestoreWorker(target, job)
    await target.client.query(timeoutsOff('session'))
    const script = entryItems(sessionScript(job.reader.archive.entries), undefined, job.encoding)
    await worker.#execute(script, undefined, newProgress(job))
    return worker
  }

  /** Restores an entry: runs its definition, or loads its data; while others are busy, or alone. */
  async restore(entry: TocEntry, areOthersBusy = false): Promise<void> {
    if (!entry.hadDumper) {
      await this.#setHelpers(!areOthersBusy)
      const items = () => entryItems([definitionScript(entry, this.#settings)], entry, this.#job.encoding)
      await this.#named(entry, () => this.#execute(items(), entry))
    } else {
      // Where they cannot be read at will they were loaded before.
      for await (const item of this.#job.reader.readEntry?.(entry) ?? []) await this.load(item)
    }
  }

  /**
   * Loads the data of an entry: in a transaction of its own, or by one COPY. Rows come to an end before their file does, at whose end
   * it shows whether they were those that were stored.
   */
  async load(item: EntryData): Promise<void> {
    const { entry } = item
    await this.#named(entry, async () => {
      const isOneCopy = this.#job.isChecked && item.kind === 'table' && entry.copyStatement
      // What may fail has a transaction around it already.
      const needsTransaction = !isOneCopy && !this.#mayFail(entry)
      if (needsTransaction) await this.#target.client.query('BEGIN')
      await this.#execute(dataItems(item, this.#job.expected?.get(entry)?.rows, this.#job.encoding), entry)
      if (needsTransaction) await this.#target.client.query('COMMIT')
      const [table] = this.progress.tables.splice(0)
      if (table) this.#job.loaded.set(entry, table)
    })
  }

  /** Loads a part of a table by a COPY of its own. */
  async loadPart({ table, content }: TablePart): Promise<void> {
    const { entry } = table
    const { run, encoding } = this.#job
    await this.#named(entry, async () => {
      const items = dataItems({ entry, kind: 'table', content: content(run.signal) }, table.knownRows, encoding)
      await this.#execute(items, entry, this.progress, table.runOfPart(run))
      const [part] = this.progress.tables.splice(0)
      if (part) table.partLoaded(part.rows)
    })
  }

  /** All parts of a table are loaded. */
  finishParts(table: PartedTable): void {
    table.finish(this.#job.run)
    this.#job.loaded.set(table.entry, table.restored)
  }

  /** Collects the planner's statistics of a table, named as SQL does, in the encoding of the archive. */
  async analyze(table: string): Promise<void> {
    try {
      await runStatement(this.#target.client, Buffer.from(`ANALYZE ${table}`, 'latin1'))
    } catch (error) {
      const failed = `Everything is restored, but ANALYZE of ${readable(table, this.#job.encoding)} failed`
      throw databaseError(error, 'RESTORE.ANALYZE', failed, {
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
    items: AsyncIterable<PlainItem>,
    entry: TocEntry | undefined,
    progress = this.progress,
    run = this.#job.run,
  ): Promise<void> {
    const job = this.#job
    const before = progress.changed
    const execution: Execution = {
      target: this.#target,
      request: job.request,
      run,
      progress,
      tableOf: (item) => tableIn(item, entry && job.expected?.get(entry), job.expected !== undefined),
      isTolerated: entry !== undefined && this.#mayFail(entry),
      isUnchanged: () => job.changed === 0 && progress.changed === before,
      outcome: () => 'the restore was stopped',
    }
    try {
      for await (const item of neededAuthorizations(items, job.request)) await executeItem(item, execution)
    } finally {
      job.changed += progress.changed - before
    }
  }

  /** Where several indexes are built at once, helpers of each would only stand in each other's way. */
  async #setHelpers(hasHelpers: boolean): Promise<void> {
    if (this.#hasHelpers === hasHelpers) return
    const setting = 'max_parallel_maintenance_workers'
    await this.#target.client.query(hasHelpers ? `RESET ${setting}` : `SET ${setting} = 0`)
    this.#hasHelpers = hasHelpers
  }

  #mayFail(entry: TocEntry): boolean {
    const { exceptions, encoding } = this.#job
    return exceptions.allowance.hasEntry(entry, encoding)
  }

  /** Does something with an entry that may fail: then nothing of it is left, and the restore goes on without it. */
  async #attempted(entry: TocEntry, work: () => Promise<void>): Promise<void> {
    const { exceptions, run, expected } = this.#job
    const { statements, skipped, changed } = this.progress
    const failure = await attempt({ client: this.#target.client, isInTransaction: false, signal: run.signal }, work)
    if (!failure) return
    this.#job.changed -= this.progress.changed - changed
    Object.assign(this.progress, { statements, skipped, changed })
    this.progress.tables.splice(0)
    this.#job.loaded.delete(entry)
    this.#settings.forget()
    exceptions.note(entry, failure, expected?.get(entry))
  }

  /** Does something with an entry, and notes that it is done; errors say which entry it was. */
  async #named(entry: TocEntry, work: () => Promise<void>): Promise<void> {
    const { description = '', schema = '', tag = '' } = entry
    const { encoding } = this.#job
    const before = this.progress.changed
    try {
      await (this.#mayFail(entry) ? this.#attempted(entry, work) : work())
    } catch (error) {
      const failure =
        this.progress.sourceError?.error === error
          ? error
          : databaseError(error, 'RESTORE.TARGET', `Cannot restore ${description} ${readable(tag, encoding)}`)
      if (!isPgarkError(failure)) throw failure
      const { code, message, hint, meta, retryable, cause } = failure
      const named = { kind: description, schema: readable(schema, encoding), name: readable(tag, encoding) }
      const advice = [
        hint,
        code === 'RESTORE.STATEMENT' && `--allow '${itemForEntry(entry, encoding)}' goes on without it`,
      ]
      const hints = advice.filter(Boolean).join('; ')
      const more = { ...(hints && { hint: hints }), meta: { ...meta, entry: named } }
      throw new PgarkError(code, message, { ...more, retryable, cause })
    }
    if (this.progress.changed > before) this.#job.done.push(entry)
  }
}
