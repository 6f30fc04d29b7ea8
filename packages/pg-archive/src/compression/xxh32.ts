const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1
const stripeBytes = 16

/** XXH32 with seed 0 (xxhash_spec.md), the checksum of LZ4 frames, over bytes that come in pieces. */
export class Xxh32 {
  #lane1 = (prime1 + prime2) | 0
  #lane2 = prime2 | 0
  #lane3 = 0
  #lane4 = -prime1 | 0
  #length = 0
  /** What came last and fills no stripe yet: the first `#length % 16` bytes. */
  readonly #rest = Buffer.alloc(stripeBytes)

  update(bytes: Uint8Array): this {
    const filled = this.#length % stripeBytes
    this.#length += bytes.length
    let at = 0
    if (filled > 0) {
      at = Math.min(stripeBytes - filled, bytes.length)
      this.#rest.set(bytes.subarray(0, at), filled)
      if (filled + at < stripeBytes) return this
      this.#stripes(this.#rest, 0, stripeBytes)
    }
    const end = bytes.length - ((bytes.length - at) % stripeBytes)
    this.#stripes(bytes, at, end)
    this.#rest.set(bytes.subarray(end))
    return this
  }

  /** The checksum of what came so far, unsigned. */
  digest(): number {
    const isShort = this.#length < stripeBytes
    const merged =
      rotated(this.#lane1, 1) + rotated(this.#lane2, 7) + rotated(this.#lane3, 12) + rotated(this.#lane4, 18)
    let hash = ((isShort ? prime5 : merged) + this.#length) | 0
    const filled = this.#length % stripeBytes
    let at = 0
    for (; at + 4 <= filled; at += 4) {
      hash = Math.imul(rotated(hash + Math.imul(this.#rest.readInt32LE(at), prime3), 17), prime4)
    }
    for (; at < filled; at++) hash = Math.imul(rotated(hash + Math.imul(this.#rest.readUInt8(at), prime5), 11), prime1)
    hash = Math.imul(hash ^ (hash >>> 15), prime2)
    hash = Math.imul(hash ^ (hash >>> 13), prime3)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    // In variables of its own, the loop is several times as fast.
    let lane1 = this.#lane1
    let lane2 = this.#lane2
    let lane3 = this.#lane3
    let lane4 = this.#lane4
    for (let at = from; at < to; at += stripeBytes) {
      lane1 = round(lane1, view.getInt32(at, true))
      lane2 = round(lane2, view.getInt32(at + 4, true))
      lane3 = round(lane3, view.getInt32(at + 8, true))
      lane4 = round(lane4, view.getInt32(at + 12, true))
    }
    this.#lane1 = lane1
    this.#lane2 = lane2
    this.#lane3 = lane3
    this.#lane4 = lane4
  }
}

export function xxh32(bytes: Uint8Array): number {
  return new Xxh32().update(bytes).digest()
}

function round(lane: number, input: number): number {
  return Math.imul(rotated((lane + Math.imul(input, prime2)) | 0, 13), prime1)
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
