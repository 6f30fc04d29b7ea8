import { subtractDigests } from '../copy/digest.ts'
import { LargeObjectDigester } from '../copy/large-object-digester.ts'

const created = /^\s*SELECT pg_catalog\.lo_create\('(\d+)'\)/
const written = /^\s*SELECT pg_catalog\.lo_put\('(\d+)', \d+, '\\x/
/** What is looked at of a statement to recognise these. */
const headBytes = 100

/**
 * Digests the large objects of a script by pgark, which creates each, empty, and then writes one after another from its beginning to
 * its end. How many are still empty need not be kept: each counts as empty, and no longer when its content comes.
 */
export class LargeObjectsInScript {
  readonly #all = new LargeObjectDigester()
  readonly #noLongerEmpty = new LargeObjectDigester()
  #current: string | undefined

  take(sql: Uint8Array): void {
    const head = Buffer.from(sql.subarray(0, headBytes)).toString('latin1')
    const [, createdOid] = created.exec(head) ?? []
    if (createdOid !== undefined) {
      this.#endCurrent()
      this.#all.begin(createdOid)
      this.#all.end()
    }
    const [start = '', oid] = written.exec(head) ?? []
    if (oid === undefined) return
    if (oid !== this.#current) {
      this.#endCurrent()
      this.#noLongerEmpty.begin(oid)
      this.#noLongerEmpty.end()
      this.#all.begin(oid)
      this.#current = oid
    }
    const text = Buffer.from(sql.subarray(start.length)).toString('latin1')
    this.#all.take(Buffer.from(text.slice(0, text.lastIndexOf("'")), 'hex'))
  }

  /** When the script is at its end. */
  digest(): string {
    this.#endCurrent()
    return subtractDigests(this.#all.digest, this.#noLongerEmpty.digest)
  }

  #endCurrent(): void {
    if (this.#current !== undefined) this.#all.end()
    this.#current = undefined
  }
}
