import { createHash } from 'node:crypto'
import type { Exporter } from '../contracts/exporter.ts'
import type { HashedObject, NamedObject } from '../contracts/objects.ts'
import type { RunContext } from '../contracts/run.ts'
import { PgarkError } from '../errors/pgark-error.ts'
import { describeBackup, type MadeBackup } from '../manifest/describe-backup.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { manifestBytes } from '../manifest/manifest-bytes.ts'
import { bodyOf } from './body-of.ts'
import { checkStored } from './check-stored.ts'
import type { BackupLayout } from './layout.ts'
import { metadataBytes } from './read-all.ts'
import { takeManifest } from './take-manifest.ts'

/** A backup that is being made, at one of its destinations. */
export class BackupDestination {
  readonly to: Exporter
  readonly layout: BackupLayout
  readonly #overwrite: boolean
  /** Keys. */
  readonly #stored: string[] = []
  readonly #run: RunContext

  constructor(to: Exporter, layout: BackupLayout, run: RunContext, overwrite: boolean) {
    this.to = to
    this.layout = layout
    this.#run = run
    this.#overwrite = overwrite
  }

  /** Stores an object. */
  async write(name: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await this.#store(this.layout.objectKey(name), body, signal)
  }

  /**
   * Makes it a backup: once the destination has said that it holds every object, its manifest is written. A single file carries its
   * contents in the manifest beside it; elsewhere they are an object of their own, written before it. Undefined where the destination
   * is a pipe, which has no manifest.
   */
  async commit(made: MadeBackup, named: readonly NamedObject[], signal: AbortSignal): Promise<Manifest | undefined> {
    const { to, layout } = this
    if (!to.capabilities.read) return undefined
    const objects = named.map(({ name, ...object }) => ({ key: layout.objectKey(name), ...object }))
    await checkStored(to, layout, objects, signal)
    const manifest = describeBackup({ ...made, contents: this.#contents(made) }, objects)
    if (to.objectKey !== undefined) {
      await to.write(layout.manifestKey, bodyOf(manifestBytes(manifest)), { signal, overwrite: this.#overwrite })
      return manifest
    }
    const contents = await this.#storeContents(metadataBytes(manifest.contents), signal)
    signal.throwIfAborted()
    await to.write(layout.manifestKey, bodyOf(manifestBytes({ ...manifest, contents })), { signal })
    return manifest
  }

  /** Removes what was stored: it is no backup. Never rejects: what failed before is to be told, not that this did as well. */
  async discard(): Promise<void> {
    const { to } = this
    if (this.#stored.length === 0) return
    if (this.#overwrite && to.objectKey !== undefined) {
      // The new bytes, whole and synced, have taken the place of the old: removing them would leave nothing at all.
      this.#warn(`${to.location} holds the new backup, but its manifest could not be written.`)
    } else if (to.capabilities.remove) {
      await to
        .remove(this.#stored)
        .catch((error) => this.#run.log.debug(`cannot remove ${this.#stored.join(', ')}: ${error}`))
    }
  }

  /** What runs that died have left there. It is no part of this backup, which is made. */
  async removeStrays(): Promise<void> {
    const { log, signal } = this.#run
    try {
      const removed = (await this.to.removeStrays?.({ signal })) ?? []
      for (const name of removed) log.debug(`removed ${name}, left by a run that died`)
    } catch (error) {
      log.debug(`cannot remove what runs that died left: ${error}`)
    }
  }

  /** Where the backup is, for people. */
  get location(): string {
    const { to, layout } = this
    return to.objectKey === undefined ? `${to.location}/${layout.objectKey('').slice(0, -1)}` : to.location
  }

  /**
   * Where an existing single file is to be replaced, its manifest goes once the new bytes are complete and before they take its name,
   * so that no manifest ever stands beside a file that it does not describe; it comes back when they could not take it.
   */
  async #store(key: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const { to, layout } = this
    const replacesSingle = this.#overwrite && to.objectKey !== undefined && to.capabilities.remove
    let sizeBytes = 0
    let isWhole = false
    let hasFailed = false
    let manifestTaken: ReturnType<typeof takeManifest> | undefined
    async function* passing() {
      for await (const chunk of body) {
        sizeBytes += chunk.byteLength
        yield chunk
      }
      // Who stops reading in the middle of a wait has the body end as if it were whole.
      if (replacesSingle && !hasFailed) {
        manifestTaken = takeManifest(to, key, layout.manifestKey)
        await manifestTaken
      }
      isWhole = true
    }
    const answer = await to.write(key, passing(), { signal, overwrite: this.#overwrite }).catch(async (error) => {
      hasFailed = true
      // The write may have been ended while it was being taken.
      const putManifestBack = await manifestTaken?.catch(() => undefined)
      await putManifestBack?.().catch(() =>
        this.#warn(`${key} still holds the backup before, but its manifest could not be put back.`),
      )
      throw error
    })
    this.#stored.push(key)
    if (!isWhole) throw new PgarkError('DESTINATION.INCOMPLETE', `${to.location} did not read ${key} to its end.`)
    if (answer.sizeBytes === sizeBytes) return
    throw new PgarkError(
      'DESTINATION.SIZE',
      `${key} has ${answer.sizeBytes} bytes at its destination, ${sizeBytes} were sent.`,
    )
  }

  async #storeContents(bytes: Uint8Array, signal: AbortSignal): Promise<HashedObject> {
    const key = this.layout.contentsKey
    await this.#store(key, bodyOf(bytes), signal)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const object = { key, sizeBytes: bytes.byteLength, sha256 }
    this.#run.onEvent({ type: 'object', location: this.to.location, ...object })
    return object
  }

  /** A single file has a name of its own, whatever the engine called it. */
  #contents({ contents }: MadeBackup): MadeBackup['contents'] {
    const object = this.to.objectKey
    return object === undefined
      ? contents
      : { ...contents, tables: contents.tables.map((table) => ({ ...table, object })) }
  }

  #warn(message: string): void {
    this.#run.onEvent({ type: 'warning', code: 'DESTINATION.NO_MANIFEST', message })
  }
}
