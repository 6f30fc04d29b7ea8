import { createHash } from 'node:crypto'

/** Numbers that depend on nothing but the seed and the number of the run. */
export interface Random {
  /** From 0 to less than 1. */
  share(): number
  /** One of them. */
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
}

export function randomOf(seed: string, run: number): Random {
  let drawn = 0
  const share = () => {
    drawn += 1
    const hash = createHash('sha256').update(`${seed}:${run}:${drawn}`).digest()
    return hash.readUInt32BE(0) / 2 ** 32
  }
  return {
    share,
    pick: (items) => items[Math.floor(share() * items.length)] as (typeof items)[number],
    chance: (probability) => share() < probability,
  }
}
