/** What a connection has received and no one has read yet, in all its queues together. */
export class ReadAhead {
  readonly #limitBytes: number
  readonly #onRoom: () => void
  #bytes = 0
  #wasFull = false

  /** `onRoom` is called when there is room again after there was none. */
  constructor(limitBytes: number, onRoom: () => void) {
    this.#limitBytes = limitBytes
    this.#onRoom = onRoom
  }

  get isRoom(): boolean {
    return this.#bytes < this.#limitBytes
  }

  add(bytes: number): void {
    this.#bytes += bytes
    this.#wasFull = !this.isRoom
  }

  take(bytes: number): void {
    this.#bytes -= bytes
    if (!this.#wasFull || !this.isRoom) return
    this.#wasFull = false
    this.#onRoom()
  }
}
