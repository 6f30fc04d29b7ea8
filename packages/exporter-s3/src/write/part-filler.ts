import { createHash, type Hash } from 'node:crypto'
import type { PartMemory, Share } from './part-memory.ts'
import { leastPartBytes, type PartLimits, partSizeAt } from './part-sizes.ts'

/** An object that fits is never in the memory for parts: any number of small ones can be written at once. */
const smallBytes = 64 * 1024

/** Bytes that are sent in one request. */
export interface Piece {
  /** From 1. */
  readonly number: number
  readonly bytes: Buffer
  readonly md5: Buffer
}

/**
 * Gathers the bytes of one write into parts that it owns, and sends a part when there is more than it holds.
 */
export class PartFiller {
  #buffer: Buffer = Buffer.allocUnsafeSlow(smallBytes)
  #filledBytes = 0
  #hash: Hash = createHash('md5')
  #number = 1
  readonly #share: Share
  readonly #limits: PartLimits
  readonly #send: (piece: Piece) => Promise<void>
  readonly #signal: AbortSignal

  /**
   * @param send called in order, while earlier ones are still being sent. Resolves when the bytes are needed no more, never rejects
   * @param signal ends the wait for memory
   */
  constructor(memory: PartMemory, limits: PartLimits, send: (piece: Piece) => Promise<void>, signal: AbortSignal) {
    this.#share = memory.join(() => this.#press())
    this.#limits = limits
    this.#send = send
    this.#signal = signal
  }

  /** Takes a copy; resolves when there was room for all of it. */
  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#filledBytes === this.#buffer.length) await this.#makeRoom()
      const taken = chunk.subarray(at, at + this.#buffer.length - this.#filledBytes)
      this.#buffer.set(taken, this.#filledBytes)
      this.#hash.update(taken)
      this.#filledBytes += taken.byteLength
      at += taken.byteLength
    }
  }

  /** Nothing more is added. Answers what was not sent: all of a small object, or the last part of a larger one. Needed until `leave`. */
  rest(): Piece {
    // Nobody may press for what the caller sends now.
    this.#share.sent()
    return this.#piece()
  }

  /** Nothing more is sent. */
  leave(): void {
    if (this.#buffer.length >= leastPartBytes) this.#share.give(this.#buffer)
    this.#share.leave()
  }

  #piece(): Piece {
    return { number: this.#number, bytes: this.#buffer.subarray(0, this.#filledBytes), md5: this.#hash.digest() }
  }

  async #makeRoom(): Promise<void> {
    if (this.#buffer.length >= leastPartBytes) this.#sendPart()
    const begun = this.#buffer
    const buffer = await this.#share.take(partSizeAt(this.#number, this.#limits), this.#signal)
    begun.copy(buffer, 0, 0, this.#filledBytes)
    this.#buffer = buffer
  }

  #sendPart(): void {
    const buffer = this.#buffer
    const piece = this.#piece()
    this.#buffer = Buffer.alloc(0)
    this.#filledBytes = 0
    this.#hash = createHash('md5')
    this.#number++
    this.#share.sent()
    void this.#send(piece).then(() => this.#share.give(buffer))
  }

  /** Somebody older needs memory. What is too small for a part goes on in a smaller buffer. */
  #press(): void {
    if (this.#filledBytes >= leastPartBytes) this.#sendPart()
    else if (this.#buffer.length > leastPartBytes) {
      const begun = Buffer.from(this.#buffer.subarray(0, this.#filledBytes))
      this.#buffer = this.#share.exchange(this.#buffer, leastPartBytes)
      begun.copy(this.#buffer)
    }
  }
}
