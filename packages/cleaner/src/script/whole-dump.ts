import { PgarkError } from '@pgark/core'

const beginnings = /^-- (PostgreSQL database (cluster )?dump|pgark backup .*)$/
const ends = /^-- (PostgreSQL database (cluster )?dump complete|pgark: backup complete)$/

/** Whether a comment is the one by which a dump says that it is whole. */
export const isCompletionMarker = (comment: string) => ends.test(comment.trimEnd())

/** Follows what a dump says of itself: a script that begins as a dump must say that it is whole. */
export class WholeDump {
  #isDump = false
  #isComplete = false
  #guard: string | undefined

  comment(text: string): void {
    this.#isDump ||= beginnings.test(text.trimEnd())
    this.#isComplete ||= isCompletionMarker(text)
  }

  /** pg_dump ends with `\unrestrict` what it begins with `\restrict`. */
  metaCommand(text: string): void {
    const [, isEnd, word] = /^\\(un)?restrict\s+(\S+)/.exec(text) ?? []
    if (word === undefined) return
    if (!isEnd) this.#guard = word
    else if (word === this.#guard) this.#guard = undefined
  }

  /** Throws `ARCHIVE.INCOMPLETE` for a dump that was cut between two statements. */
  requireWhole(): void {
    if (this.#guard === undefined && (!this.#isDump || this.#isComplete)) return
    throw new PgarkError(
      'ARCHIVE.INCOMPLETE',
      this.#guard === undefined
        ? 'The dump ends without its completion marker: it was cut.'
        : 'The dump ends without the \\unrestrict that its \\restrict asks for: it was cut or changed.',
      { hint: 'use a complete copy; what was written of this one is not complete either' },
    )
  }
}
