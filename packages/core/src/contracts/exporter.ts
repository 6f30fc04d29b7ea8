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
  /**
   * Tells the stored bytes from all others, whatever they are called: of a file its device and inode. Only where one object may have
   * several names.
   */
  readonly identity?: string
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

/** A write that has begun and not ended, so that nothing is readable under its key yet: a multipart upload, a temporary file. */
export interface UnfinishedWrite {
  /** The key that it is for; or its beginning, at least as far as its last `/`. */
  readonly key: string
  /** Tells it from other writes for the same key. */
  readonly id: string
  /** When its last bytes arrived, by the destination's clock; where that cannot be told, when it began. */
  readonly writtenAt: Date
  /** Who writes it is known to live. Absent where that cannot be known. */
  readonly isAlive?: boolean
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
 * A place for objects: a folder, a bucket, a pipe. Bytes are opaque to it. Keys are relative to its location, use `/` and are kept
 * letter by letter; no key leads out of the place: one with `..` is a name like any other, or refused with `USAGE.KEY`.
 *
 * Implementations hold no more than a bounded amount of memory per call and never talk to a console or the environment. Any number of
 * calls may run at once, also of several exporters over one place, and none waits for the body of another. A call whose `signal` has
 * aborted rejects with the signal's reason; one that begins so does nothing. `exporterContract` of `@pgark/core/testing` tries all of it.
 */
export interface Exporter {
  readonly specVersion: 1
  /** Stable, lower case: `file`, `s3`. */
  readonly name: string
  /** Where it is, for people. Never contains a secret. */
  readonly location: string
  /**
   * What tells the place that `location` names from all others: with the server, where `location` leaves that out. Two exporters with the
   * same one lead to the same place; two with different ones may, too. Never contains a secret. Default: `location`.
   */
  readonly identity?: string
  readonly capabilities: ExporterCapabilities
  /**
   * Set when this stands for one file rather than for a place with many backups: the backup is stored under exactly this key,
   * its manifest under `<objectKey>.json`.
   */
  readonly objectKey?: string
  /**
   * Stores `body` under `key`, atomically: nothing is readable there, and what was there before still is, until this resolves. When
   * `body` throws it rejects with that very error; when `signal` aborts with its reason, also while `body` has nothing to give (see
   * `abortable`), and `body` is ended. Whatever it rejects with, it leaves neither an object nor an unfinished upload, and what was
   * there before stays. Without `overwrite` a key that is taken, be it in the middle of the write, is `REFUSED.EXISTS`: of two writers
   * one wins. Trouble that passes, such as a server error or a cut connection, is got over; what lasts is a `DESTINATION` code.
   *
   * One body may feed several destinations, and then moves only when all of them ask for more: where writes have to wait for memory or
   * a connection, the one that was called first never does. Two destinations that let different ones wait would wait for ever.
   *
   * A chunk with a `[Symbol.dispose]` is lent: a write calls it once, as soon as it needs the chunk's bytes no more, which keeps the
   * memory of a backup small. One that rejects may keep chunks, but never calls it twice.
   */
  write(key: string, body: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<StoredObject>
  /**
   * The object's bytes, in order; with `range` those of them that lie in it, if any. Rejects with `DESTINATION.NOT_FOUND` when there is
   * no object. When the object is replaced meanwhile, these are still its bytes, or the iteration rejects. A chunk may have a
   * `[Symbol.dispose]`, as in `write`: its memory is used again when it is called, and only then.
   */
  read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>
  /** Undefined when there is no such object. */
  stat(key: string, options?: CallOptions): Promise<ObjectInfo | undefined>
  /** Every object whose key begins with `prefix`, once, however many, in no particular order. Objects being written are never listed. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo | { readonly prefix: string }>
  /** Removes objects, any number of them; a key that does not exist is no error. */
  remove(keys: readonly string[], options?: CallOptions): Promise<void>
  /**
   * Removes what writes of processes that died have left unfinished, as far as that is certain, and answers what it was, for people.
   * Called after a backup was made. What other processes or hosts are writing stays.
   */
  removeStrays?(options?: CallOptions): Promise<readonly string[]>
  /**
   * Writes that have begun and not ended, whoever makes them, for keys that begin with `prefix`. Where the destination keeps what
   * broke off, and has its price for it, this is how `prune` finds it.
   */
  unfinished?(prefix: string, options?: CallOptions): AsyncIterable<UnfinishedWrite>
  /** Removes what they have stored so far, whether somebody writes it or not; one that is gone is no error. Present with `unfinished`. */
  abortUnfinished?(writes: readonly UnfinishedWrite[], options?: CallOptions): Promise<void>
  /** Joins objects in order into `target`, atomically, and removes the parts. Present when `capabilities.compose`. */
  compose?(keys: readonly string[], target: string, options?: CallOptions): Promise<StoredObject>
  /** Shows that objects can be written and removed here, leaving nothing. Rejects with what `write` would reject with. */
  probe?(options?: CallOptions): Promise<ProbedDestination>
  /** Releases what the exporter itself opened. Idempotent. */
  close(): Promise<void>
}
