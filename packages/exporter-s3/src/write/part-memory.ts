const mostBytes = 48 * 1024 * 1024
/** So many older writes may be filling parts when one begins to. What they cannot give up, 5 MiB each, leaves room for any part. */
const mostFilling = 4

/** A write's share of the memory for parts. */
export interface Share {
  /** Resolves with a buffer of that size, to be filled, as soon as there is room for it; rejects when the signal aborts before. */
  take(sizeBytes: number, signal: AbortSignal): Promise<Buffer>
  /** What was being filled is sent, and will come back whatever becomes of the source of the write. */
  sent(): void
  /** Gives a buffer for a smaller one, which is to be filled on. */
  exchange(buffer: Buffer, sizeBytes: number): Buffer
  /** Hands a buffer back whose bytes are needed no more. */
  give(buffer: Buffer): void
  leave(): void
}

interface Member {
  isFilling: boolean
  partBytes: number
  wanted: ((buffer: Buffer) => void) | undefined
  press(): void
}

/**
 * The memory for the parts of all writes of one exporter: 48 MiB, or two parts where parts are larger.
 *
 * It is given by age. A part that is being uploaded comes back by itself; one that is being filled only when its source goes on, and
 * sources may wait for each other: where one read feeds several destinations, it waits for the slowest. So whoever waits for memory
 * can have what younger writes are filling: they are pressed to send what they have, or to do with 5 MiB if it is less. Thus the
 * oldest write always goes on, here and wherever else its bytes go.
 */
export class PartMemory {
  /** Oldest first. */
  readonly #members = new Set<Member>()
  #takenBytes = 0
  #free: Buffer[] = []
  #isServing = false

  /** @param press called to have the part that is being filled sent, or exchanged for the smallest */
  join(press: () => void): Share {
    const member: Member = { isFilling: false, partBytes: 0, wanted: undefined, press }
    this.#members.add(member)
    return {
      take: (sizeBytes, signal) =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted()
          const giveUp = () => {
            member.wanted = undefined
            reject(signal.reason)
          }
          signal.addEventListener('abort', giveUp, { once: true })
          member.partBytes = sizeBytes
          member.wanted = (buffer) => {
            signal.removeEventListener('abort', giveUp)
            resolve(buffer)
          }
          this.#serve()
        }),
      sent: () => {
        member.isFilling = false
      },
      exchange: (buffer, sizeBytes) => {
        this.#putBack(buffer)
        return this.#takeOut(sizeBytes)
      },
      give: (buffer) => {
        this.#putBack(buffer)
        this.#serve()
      },
      leave: () => {
        this.#members.delete(member)
        if (this.#members.size === 0) this.#free = []
        this.#serve()
      },
    }
  }

  /** Bytes in use. */
  get takenBytes(): number {
    return this.#takenBytes
  }

  /** Whoever is younger than one that has to wait waits, too. */
  #serve(): void {
    // Whoever is pressed hands back, which leads here again.
    if (this.#isServing) return
    this.#isServing = true
    let filling = 0
    for (const member of this.#members) {
      if (member.wanted) {
        if (filling >= mostFilling || !this.#makeRoom(member)) break
        member.isFilling = true
        member.wanted(this.#takeOut(member.partBytes))
        member.wanted = undefined
      }
      if (member.isFilling) filling++
    }
    this.#isServing = false
  }

  #makeRoom(member: Member): boolean {
    const largest = Math.max(...[...this.#members].map(({ partBytes }) => partBytes))
    const hasRoom = () => this.#takenBytes + member.partBytes <= Math.max(mostBytes, 2 * largest)
    if (hasRoom()) return true
    const members = [...this.#members]
    for (const younger of members.slice(members.indexOf(member) + 1)) if (younger.isFilling) younger.press()
    return hasRoom()
  }

  #takeOut(sizeBytes: number): Buffer {
    this.#takenBytes += sizeBytes
    const at = this.#free.findIndex(({ length }) => length === sizeBytes)
    const [buffer] = at === -1 ? [] : this.#free.splice(at, 1)
    if (buffer) return buffer
    // Sizes only grow: what is of another one would lie there for nothing.
    this.#free = []
    return Buffer.allocUnsafeSlow(sizeBytes)
  }

  /** Kept for the next part: memory that is allocated anew for each of them piles up until it is collected. */
  #putBack(buffer: Buffer): void {
    this.#takenBytes -= buffer.length
    this.#free.push(buffer)
  }
}
