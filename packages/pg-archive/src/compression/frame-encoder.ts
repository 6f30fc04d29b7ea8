import { once } from 'node:events'
import { constants, createZstdCompress } from 'node:zlib'

/** Bytes that zlib makes room for at a time. */
const chunkSize = 256 * 1024

/** Makes one zstd frame after another with the same memory; a compressor of its own for each frame would cost a MB and time. */
export class FrameEncoder {
  readonly #stream

  /** Blocks have at most `blockBytes`. */
  constructor(level: number, blockBytes: number) {
    const options = {
      params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
      chunkSize,
      // A frame is read when it is whole, however little the block could be compressed. The types do not know of it.
      readableHighWaterMark: 2 * blockBytes,
    }
    this.#stream = createZstdCompress(options)
    // Told to whoever waits for a frame.
    this.#stream.on('error', () => {})
  }

  /** A frame with a checksum of its content. The next block may come when this one is done. */
  async encode(block: Uint8Array): Promise<readonly Uint8Array[]> {
    const stream = this.#stream
    const failed = new AbortController()
    try {
      await Promise.race([
        new Promise<void>((resolve) => {
          stream.write(block)
          stream.flush(constants.ZSTD_e_end, resolve)
        }),
        once(stream, 'error', { signal: failed.signal }).then(([error]) => Promise.reject(error)),
      ])
    } finally {
      failed.abort()
    }
    const parts: Uint8Array[] = []
    for (let part = stream.read(); part !== null; part = stream.read()) parts.push(lent(part))
    return parts
  }

  close(): void {
    this.#stream.destroy()
  }
}

/**
 * What zlib writes into is freed when its last part is disposed of, after all parts before it. The garbage collector, which sees
 * little of what buffers take, would let tens of MB of them pile up.
 */
function lent(part: Buffer): Buffer {
  if (part.byteOffset + part.length < part.buffer.byteLength) return part
  const memory = part.buffer as ArrayBuffer
  return Object.assign(part, { [Symbol.dispose]: () => void memory.transfer(0) })
}
