/** What lies ready for whoever reads: a block. More would only wait for whatever is slower than the server. */
const beingReadBytes = 512 * 1024

/** What a connection has received and no one has read yet, in all its queues together. */
export class ReadAhead {
  readonly #limitBytes: number
  readonly #onRoom: () => void
  #bytes = 0
  #isBeingRead = false
  #wasFull = false

  /** The limit holds while nobody reads its queues. `onRoom` is called when there is room again after there was none. */
  constructor(limitBytes: number, onRoom: () => void) {
    this.#limitBytes = limitBytes
    this.#onRoom = onRoom
  }

  get isRoom(): boolean {
    return this.#bytes < (this.#isBeingRead ? Math.min(beingReadBytes, this.#limitBytes) : this.#limitBytes)
  }

  /** Whether one of its queues is being read now. */
  set isBeingRead(isBeingRead: boolean) {
    this.#isBeingRead = isBeingRead
    this.#tellRoom()
  }

  add(bytes: number): void {
    this.#bytes += bytes
    this.#wasFull = !this.isRoom
  }

  take(bytes: number): void {
    this.#bytes -= bytes
    this.#tellRoom()
  }

  #tellRoom(): void {
    if (!this.#wasFull || !this.isRoom) return
    this.#wasFull = false
    this.#onRoom()
  }
}
