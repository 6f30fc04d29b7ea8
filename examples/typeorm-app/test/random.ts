/** Always the same choices for the same seed. https://en.wikipedia.org/wiki/Xorshift */
export class Random {
  #state: number

  constructor(seed: number) {
    // Seeds that follow each other must not begin alike, and zero would stay zero.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1
    for (let round = 0; round < 8; round++) this.below(2)
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % limit
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  some<T>(list: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + this.below(most) }, () => this.pick(list))
  }
}
