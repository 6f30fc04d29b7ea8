import { decodeLz4Block, lz4MaxExpansion } from './lz4-block.ts'

/** How far back a match may lie. */
const historyBytes = 64 * 1024
/** Room beside one block and its history, so that small blocks share memory. */
const spareBytes = 512 * 1024

/**
 * The memory that blocks are decoded into, one behind the other. What was handed out is never overwritten: when there is no room for
 * another block, the history moves on to fresh memory.
 */
export class Lz4Window {
  #memory = Buffer.alloc(0)
  #end = 0
  /** Where the frame begins in `#memory`, or its history. */
  #frameStart = 0

  startFrame(): void {
    this.#frameStart = this.#end
  }

  /** The content of an uncompressed block, as a part of the history. */
  store(block: Uint8Array): Buffer {
    this.#makeRoom(block.length, block.length)
    this.#memory.set(block, this.#end)
    return this.#taken(this.#end + block.length)
  }

  /** The content of a compressed block, or undefined if it is damaged. `isLinked` allows matches in the frame's blocks before it. */
  decode(block: Uint8Array, blockBytes: number, isLinked: boolean): Buffer | undefined {
    // What the block could hold, not what the frame says that blocks may hold: tiny blocks must not cost memory.
    const room = Math.min(blockBytes, block.length * lz4MaxExpansion)
    this.#makeRoom(room, blockBytes)
    const floor = isLinked ? this.#frameStart : this.#end
    const end = decodeLz4Block(block, this.#memory, this.#end, this.#end + room, floor)
    return end === -1 ? undefined : this.#taken(end)
  }

  #makeRoom(room: number, blockBytes: number): void {
    if (this.#memory.length - this.#end >= room) return
    const history = this.#memory.subarray(Math.max(this.#frameStart, this.#end - historyBytes), this.#end)
    // Not shared with other buffers, and not cleared: only what was written before is ever read.
    this.#memory = Buffer.allocUnsafeSlow(historyBytes + blockBytes + spareBytes)
    this.#memory.set(history)
    this.#frameStart = 0
    this.#end = history.length
  }

  #taken(end: number): Buffer {
    const content = this.#memory.subarray(this.#end, end)
    this.#end = end
    return content
  }
}
