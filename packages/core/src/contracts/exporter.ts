/** An object as an exporter stored it. */
export interface StoredObject {
  /** The key it was written under, relative to the exporter's location. */
  readonly key: string
  /** Bytes stored. */
  readonly sizeBytes: number
}

/** An object as found by `stat` or `list`. */
export interface ObjectInfo extends StoredObject {
  /** When it was last written, by the destination's clock. */
  readonly modifiedAt: Date
}

export interface CallOptions {
  signal?: AbortSignal
}

/** Half-open byte range: `end` is the first byte that is left out; absent means to the end. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

export interface ReadOptions extends CallOptions {
  range?: ByteRange
}

export interface WriteOptions extends CallOptions {
  /** Replace an object that is already there. Default false: `REFUSED.EXISTS`. */
  overwrite?: boolean
}

export interface ListOptions extends CallOptions {
  /** With `/`, keys that have a further `/` after the prefix are folded into one `{ prefix }` each. */
  delimiter?: '/'
}

/** What `probe` found out. */
export interface ProbedDestination {
  /** Room for this many bytes; undefined where there is no limit or none that can be told. */
  readonly freeBytes: number | undefined
}

export interface ExporterCapabilities {
  /** `read` honours `range`. */
  readonly range: boolean
  /** `remove` works. */
  readonly remove: boolean
  /** `compose` is there. */
  readonly compose: boolean
  /** What was written can be read back. False for a pipe: then no manifest is written and nothing can be verified later. */
  readonly read: boolean
  /** Objects lie on this machine: reading one twice costs little. Default false. */
  readonly local?: boolean
}

/**
 * A place for objects: a folder, a bucket, a pipe. Bytes are opaque to it, keys are relative to its location and use `/`.
 * Implementations hold no more than a bounded amount of memory per call and never talk to a console or the environment.
 */
export interface Exporter {
  readonly specVersion: 1
  /** Stable, lower case: `file`, `s3`. */
  readonly name: string
  /** Where it is, for people. Never contains a secret. */
  readonly location: string
  readonly capabilities: ExporterCapabilities
  /**
   * Set when this stands for one file rather than for a place with many backups: the backup is stored under exactly this key,
   * its manifest under `<objectKey>.json`.
   */
  readonly objectKey?: string
  /**
   * Stores `body` under `key`, atomically: nothing is readable there until this resolves. When `body` throws or `signal` aborts
   * it rejects with that error and leaves neither an object nor an unfinished upload; what was there before is still there.
   * A chunk with a `[Symbol.dispose]` is lent: who calls it, once, when no one needs the chunk's bytes any more, keeps the memory
   * of a backup small.
   */
  write(key: string, body: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<StoredObject>
  /**
   * The object's bytes, in order. Rejects with `DESTINATION.NOT_FOUND` when there is none. A chunk may have a `[Symbol.dispose]`, as in
   * `write`: its memory is used again when it is called, and only then.
   */
  read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>
  /** Undefined when there is no such object. */
  stat(key: string, options?: CallOptions): Promise<ObjectInfo | undefined>
  /** Every object whose key begins with `prefix`, in no particular order. Objects being written are never listed. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo | { readonly prefix: string }>
  /** Removes objects; a key that does not exist is no error. */
  remove(keys: readonly string[], options?: CallOptions): Promise<void>
  /**
   * Removes what writes of processes that died have left unfinished, as far as that is certain, and answers what it was, for people.
   * Called after a backup was made. What other processes or hosts are writing stays.
   */
  removeStrays?(options?: CallOptions): Promise<readonly string[]>
  /** Joins objects in order into `target`, atomically, and removes the parts. Present when `capabilities.compose`. */
  compose?(keys: readonly string[], target: string, options?: CallOptions): Promise<StoredObject>
  /** Shows that objects can be written and removed here, leaving nothing. Rejects with what `write` would reject with. */
  probe?(options?: CallOptions): Promise<ProbedDestination>
  /** Releases what the exporter itself opened. Idempotent. */
  close(): Promise<void>
}

/**
 * How a package brings an exporter to those who know only a URL, the `pgark` command for one: it exports this by the name `exporter`.
 *
 * ```ts
 * export const exporter: ExporterPlugin = { specVersion: 1, scheme: 's3', open: (url) => s3(optionsOf(url)) }
 * ```
 */
export interface ExporterPlugin {
  readonly specVersion: 1
  /** Of the URLs that it opens, lower case, without `://`. */
  readonly scheme: string
  /**
   * The place that a URL names; nothing is asked over the network. Throws `USAGE.OPTIONS`, all problems at once, for a URL that it cannot
   * use. Credentials are never in a URL.
   */
  open(url: string): Exporter | Promise<Exporter>
}
