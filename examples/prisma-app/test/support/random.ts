/** Choices that are the same each time. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export interface Random {
  /** From 0 to one less than that. */
  below(count: number): number
  /** One of them. */
  of<T>(items: readonly T[]): T
  /** Some of them, at least one. */
  some<T>(items: readonly T[]): T[]
  /** Whether it happens, in so many of a hundred cases. */
  percent(chance: number): boolean
}

export function random(seed: number): Random {
  let state = BigInt(seed)
  const below = (count: number) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    return Number((state >> 33n) % BigInt(count))
  }
  const of = <T>(items: readonly T[]) => items[below(items.length)] as T
  return {
    below,
    of,
    some: (items) => {
      const chosen = items.filter(() => below(2) === 0)
      return chosen.length > 0 ? chosen : [of(items)]
    },
    percent: (chance) => below(100) < chance,
  }
}
