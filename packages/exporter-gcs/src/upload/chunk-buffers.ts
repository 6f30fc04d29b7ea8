import { chunkUnitBytes } from '../options/resolve-options.ts'

const leastBudgetBytes = 64 * 1024 * 1024
/** Kept for writes that come when all else is taken: each gets one unit, and none waits for another. */
const reserveBytes = 16 * 1024 * 1024

/** Memory for the chunks of all writes together. */
export interface ChunkBuffers {
  /**
   * A buffer for a whole chunk, or for one unit where whole ones have been given to others. Never waits: bodies may depend on each
   * other, and writes that wait for each other's memory would wait forever.
   */
  take(): Buffer
  giveBack(buffer: Buffer): void
}

/**
 * At most 64 MiB or two chunks, whichever is more, as long as no more than 64 writes get a unit only. Buffers are used again: freed
 * and allocated anew for every object, they would pile up between two garbage collections.
 */
export function chunkBuffers(chunkSizeBytes: number): ChunkBuffers {
  const most = Math.floor((Math.max(leastBudgetBytes, 2 * chunkSizeBytes) - reserveBytes) / chunkSizeBytes)
  let inUse = 0
  let free: Buffer[] = []
  return {
    take() {
      if (inUse >= most && chunkSizeBytes > chunkUnitBytes) return Buffer.allocUnsafeSlow(chunkUnitBytes)
      inUse += 1
      return free.pop() ?? Buffer.allocUnsafeSlow(chunkSizeBytes)
    },
    giveBack(buffer) {
      if (buffer.length < chunkSizeBytes) return
      inUse -= 1
      free.push(buffer)
      if (inUse === 0) free = []
    },
  }
}
