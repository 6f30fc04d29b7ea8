import type { Contents } from '../manifest/contents.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { CallOptions, ReadOptions, StoredObject } from './exporter.ts'

/** An object of a backup, with the hash of its stored bytes: `sha256sum` of the stored file gives the same. */
export interface HashedObject extends StoredObject {
  /** Lower-case hex. */
  readonly sha256: string
}

/** An object by its name within the backup; its key is each destination's own matter. */
export interface NamedObject extends Omit<HashedObject, 'key'> {
  readonly name: string
}

/** Where an engine writes a backup's objects. Hashing, encryption, the exporters and the manifest are behind it. */
export interface ObjectSink {
  /**
   * Stores one object under a name relative to the backup, at every destination that has not failed so far; rejects when all have.
   * Several may be written at once. The slowest destination sets the pace.
   */
  write(name: string, body: AsyncIterable<Uint8Array>, options?: CallOptions): Promise<NamedObject>
}

/** Where an engine reads a backup's objects from. */
export interface ObjectSource {
  /** Undefined for a file that another tool wrote, or that comes through a pipe. */
  readonly manifest: Manifest | undefined
  /** Where it is, for messages. */
  readonly location: string
  /** The object to begin with: the only one of a single-object backup; `toc.dat` of a directory archive. */
  readonly objectName: string
  /** Every object that the manifest knows; without one, that alone. */
  readonly objectNames: readonly string[]
  /** `read` honours `range`, and may be called again and again. Otherwise once, from the beginning. */
  readonly canSeek: boolean
  /** What is in the backup, checked against the manifest; undefined where there is no manifest. */
  contents(options?: CallOptions): Promise<Contents | undefined>
  /** Whether there is an object of that name. */
  has(name: string, options?: CallOptions): Promise<boolean>
  /** The stored bytes of an object; undefined where there is none, or none that can be told beforehand. */
  sizeOf(name: string, options?: CallOptions): Promise<number | undefined>
  /**
   * Looks at an object before anything depends on it: throws `DAMAGE.MISSING` or `DAMAGE.SIZE`; where it lies on this machine all of
   * it is read, and `DAMAGE.HASH` thrown too. Resolves with whether its bytes are known to be what was stored, which without a
   * manifest they never are.
   */
  check(name: string, options?: CallOptions): Promise<boolean>
  /**
   * An object's bytes. A whole object whose hash is known is checked while it passes: at its end the iteration throws
   * `DAMAGE.SIZE` or `DAMAGE.HASH` when it is not what was stored. So nothing may be committed before the end was reached.
   */
  read(name: string, options?: ReadOptions): AsyncIterable<Uint8Array>
}
