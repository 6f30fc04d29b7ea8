import type { Exporter } from '../contracts/exporter.ts'
import type { NamedObject } from '../contracts/objects.ts'
import type { RunContext } from '../contracts/run.ts'
import { tellError } from '../errors/tell-error.ts'
import type { MadeBackup } from '../manifest/describe-backup.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { BackupDestination } from './backup-destination.ts'
import { type Failure, failedTogether, isRefusal } from './failed-together.ts'
import { suffixes } from './identity.ts'
import { backupLayout } from './layout.ts'
import { Participant, type Work } from './participant.ts'
import { refuseExisting } from './refuse-existing.ts'

/** What became of a backup at one of its destinations. */
export type DestinationOutcome =
  | {
      readonly ok: true
      /** Where the backup is, for people. */
      readonly location: string
      /** Undefined where the destination is a pipe. */
      readonly manifest: Manifest | undefined
    }
  | { readonly ok: false; readonly location: string; readonly error: unknown }

/**
 * The destinations of one backup. Each commits or fails on its own: one that fails drops out, what it has is removed, and the others
 * go on. When none is left the backup has failed.
 */
export class BackupDestinations {
  readonly #participants: readonly Participant[]
  /** For people: what tells apart those that are called the same is said, too. */
  readonly #suffixes: ReadonlyMap<Exporter, string>
  readonly #committed = new Map<BackupDestination, Manifest | undefined>()
  readonly #run: RunContext
  readonly #overwrite: boolean
  /** By whoever listens; it ends the run. */
  #thrown: { readonly error: unknown } | undefined

  constructor(exporters: readonly Exporter[], id: string, run: RunContext, overwrite: boolean) {
    const onEvent: RunContext['onEvent'] = (event) => {
      try {
        run.onEvent(event)
      } catch (error) {
        this.#thrown ??= { error }
        this.#dropUncommitted(error)
      }
    }
    this.#run = { ...run, onEvent }
    this.#overwrite = overwrite
    this.#suffixes = suffixes(exporters)
    this.#participants = exporters.map(
      (to) => new Participant(new BackupDestination(to, backupLayout(to, id), this.#run, overwrite)),
    )
  }

  /** Those that have not dropped out, in the order in which they were given. */
  get live(): readonly BackupDestination[] {
    return this.#live.map(({ destination }) => destination)
  }

  get outcomes(): readonly DestinationOutcome[] {
    return this.#participants.map(({ destination, failure }) =>
      failure
        ? { ok: false, location: this.#named(destination.to), error: failure.error }
        : {
            ok: true,
            location: this.#named(destination.to, destination.location),
            manifest: this.#committed.get(destination),
          },
    )
  }

  /** Asks all of them before the database: what one refuses, the call is refused for. One that cannot be asked drops out. */
  async check(): Promise<void> {
    const refused: Failure[] = []
    await this.each(async ({ to, layout }, signal) => {
      await refuseExisting(to, layout, this.#overwrite, signal).catch((error) => {
        if (!isRefusal(error)) throw error
        refused.push({ location: this.#named(to), error })
      })
    }, this.#run.signal)
    if (refused.length > 0) throw failedTogether(refused)
  }

  /**
   * Writes the manifests; answers the first destination that has one. From then on the backup exists: a signal that comes is a failure
   * of the others.
   */
  async commit(made: MadeBackup, objects: readonly NamedObject[]): Promise<DestinationOutcome & { readonly ok: true }> {
    await this.each(async (destination, signal) => {
      this.#committed.set(destination, await destination.commit(made, objects, signal))
    }, this.#run.signal)
    for (const outcome of this.outcomes) if (outcome.ok) return outcome
    throw this.#failed
  }

  /**
   * Has all that are left do some of the work at the same time; begins with all of them before it returns, in their order. Rejects with the
   * signal's reason, with what a listener threw, or, when none of them is left, with their errors.
   */
  async each(work: Work, signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#live.map((participant) =>
        participant.attempt(work, signal).catch((error) => this.#drop(participant, error)),
      ),
    )
    await this.#gone()
    if (this.#thrown) throw this.#thrown.error
    if (this.#live.length > 0) return
    signal.throwIfAborted()
    throw this.#failed
  }

  /** Ends it for all that do not have the whole backup, and removes what they have. */
  async discard(error: unknown): Promise<void> {
    this.#dropUncommitted(error)
    await this.#gone()
  }

  #named(to: Exporter, location = to.location): string {
    return location + (this.#suffixes.get(to) ?? '')
  }

  get #failed(): unknown {
    return failedTogether(this.outcomes.filter((outcome) => !outcome.ok))
  }

  get #live(): readonly Participant[] {
    return this.#participants.filter(({ failure }) => !failure)
  }

  #drop(participant: Participant, error: unknown): void {
    if (participant.failure) return
    participant.drop(error)
    if (this.#live.length === 0 || this.#run.signal.aborted) return
    const { message, hint } = tellError(error)
    this.#run.onEvent({
      type: 'warning',
      code: 'DESTINATION.DROPPED',
      message: `${this.#named(participant.destination.to)} drops out of the backup: ${message}`,
      ...(hint !== undefined && { hint }),
    })
  }

  #dropUncommitted(error: unknown): void {
    for (const participant of this.#live) if (!this.#committed.has(participant.destination)) participant.drop(error)
  }

  async #gone(): Promise<void> {
    await Promise.all(this.#participants.map((participant) => participant.gone()))
  }
}
