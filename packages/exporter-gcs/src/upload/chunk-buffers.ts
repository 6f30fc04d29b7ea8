import { chunkUnitBytes } from '../options/resolve-options.ts'

const leastBudgetBytes = 64 * 1024 * 1024
/** Kept for writes that come when all else is taken: each gets one unit, and none waits for another. */
const reserveBytes = 16 * 1024 * 1024

/** Memory for the chunks of all writes together. */
export interface ChunkBuffers {
  /**
   * A buffer of the wanted size, or of what is left of it when many write at once: at least one unit. Never waits: bodies may depend
   * on each other, and writes that wait for each other's memory would wait forever.
   */
  take(): Buffer
  giveBack(buffer: Buffer): void
}

/**
 * At most 64 MiB or two chunks, whichever is more, as long as no more than 64 writes get the least. Buffers are used again: freed and
 * allocated anew for every object, they would pile up between two garbage collections.
 */
export function chunkBuffers(chunkSizeBytes: number): ChunkBuffers {
  let leftBytes = Math.max(leastBudgetBytes, 2 * chunkSizeBytes) - reserveBytes
  let inUse = 0
  let free: Buffer[] = []
  return {
    take() {
      const wholeUnits = Math.floor(Math.max(0, leftBytes) / chunkUnitBytes) * chunkUnitBytes
      const sizeBytes = Math.max(chunkUnitBytes, Math.min(chunkSizeBytes, wholeUnits))
      leftBytes -= sizeBytes
      inUse += 1
      if (sizeBytes === chunkSizeBytes) return free.pop() ?? Buffer.allocUnsafeSlow(sizeBytes)
      return Buffer.allocUnsafeSlow(sizeBytes)
    },
    giveBack(buffer) {
      leftBytes += buffer.length
      inUse -= 1
      if (buffer.length === chunkSizeBytes) free.push(buffer)
      if (inUse === 0) free = []
    },
  }
}
