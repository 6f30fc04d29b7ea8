/** A table by its schema and name, as PostgreSQL stores them (unquoted). */
export interface TableName {
  readonly schema: string
  readonly name: string
}

/** The parts of a run, in the order in which they happen; `--json` prints them. */
export type PhaseName =
  | 'connect'
  | 'lock'
  | 'snapshot'
  | 'definitions'
  | 'data'
  | 'commit'
  | 'check'
  | 'restore'
  | 'compare'
  | 'swap'
  | 'copy'
  | 'remove'

/** What happened during a run. Public: `--json` prints these objects, one per line. Fields are only ever added. */
export type RunEvent =
  | { readonly type: 'phase'; readonly name: PhaseName }
  | {
      readonly type: 'plan'
      readonly database: string
      readonly tables: number
      /** The planner's estimates; -1 where a table was never analysed. */
      readonly estimatedRows: number
      readonly estimatedBytes: number
    }
  | {
      readonly type: 'table'
      readonly state: 'started' | 'progress' | 'finished'
      readonly table: TableName
      /** Rows so far. While a table is in progress this may lag behind `bytes`. */
      readonly rows: number
      /** Bytes of COPY text so far. */
      readonly bytes: number
      /** What the table will come to, as far as is known. */
      readonly estimatedBytes?: number
    }
  /**
   * A backup is copied, `bytes` of its `sizeBytes` so far; or was copied or removed, as a whole. `ended`: only writes for that key that
   * were begun and not ended are gone, by `prune`.
   */
  | {
      readonly type: 'backup'
      readonly state: 'copying' | 'copied' | 'removed' | 'ended'
      /** What it is called at the destination that is read or removed from. */
      readonly key: string
      readonly bytes: number
      readonly sizeBytes: number
    }
  /** An object was stored at a destination: `location` is the destination's. */
  | {
      readonly type: 'object'
      readonly key: string
      readonly sizeBytes: number
      readonly sha256: string
      readonly location: string
    }
  /** A database was created that is to take the place of another one once it is restored. */
  | { readonly type: 'database'; readonly name: string; readonly replaces: string }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly type: 'result'; readonly command: string; readonly ok: boolean; readonly [detail: string]: unknown }

/** Where decisions and statements are told in detail (`--verbose`). Never receives row values or secrets. */
export interface Logger {
  debug(message: string): void
}

/** What every long call is given: how to stop it, and where to tell what happens. */
export interface RunContext {
  /** When it aborts, the call undoes what it began and rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** Called synchronously. What it throws ends the run. */
  onEvent(event: RunEvent): void
  readonly log: Logger
}

/** Something that a check found. Findings are data, not errors: a call that looks for them resolves. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info'
  /** Dotted and stable, for example `DAMAGE.ROW_COUNT`. */
  readonly code: string
  /** One sentence: what, on which object. Never a row value. */
  readonly message: string
  readonly hint?: string
  /** Not as it should be, and the caller has allowed that: the run is done, with an exception. */
  readonly isAllowed?: true
}

/** The options that every orchestrated call shares. */
export interface RunOptions {
  /** Stops the run; it cleans up and rejects with the signal's reason. */
  signal?: AbortSignal
  /** Receives progress and, last, the result. */
  onEvent?: (event: RunEvent) => void
  /** Receives statements and decisions. */
  log?: Logger
}

/** The context of a run whose caller left things out. */
export function runContext(options: RunOptions): RunContext {
  return {
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => {}),
    log: options.log ?? { debug() {} },
  }
}
