import { Prisma } from '../../generated/client.ts'
import type { Random } from './random.ts'

/** A condition on one field. */
export type FieldCondition = (random: Random) => unknown

/** Comparisons of a type that has an order. */
export const ordered =
  (make: (random: Random) => unknown, isNullable = false): FieldCondition =>
  (random) => {
    if (isNullable && random.percent(15)) return random.of([null, { not: null }])
    const comparison = random.of([
      'equals',
      'lt',
      'lte',
      'gt',
      'gte',
      'gte',
      'gt',
      'in',
      'notIn',
      'not',
      'between',
    ] as const)
    if (comparison === 'between') return { gt: make(random), not: { gt: make(random) } }
    if (comparison === 'in' || comparison === 'notIn') {
      return { [comparison]: Array.from({ length: random.below(12) + 2 }, () => make(random)) }
    }
    return random.percent(10) ? make(random) : { [comparison]: make(random) }
  }

/** Parts of texts, with what means something in patterns. */
export const text =
  (parts: readonly string[], isNullable = false): FieldCondition =>
  (random) => {
    if (isNullable && random.percent(20)) return random.of([null, { not: null }])
    const comparison = random.of(['contains', 'startsWith', 'endsWith', 'gte', 'lt', 'contains', 'not'] as const)
    const part = random.of(parts)
    const isPattern = ['contains', 'startsWith', 'endsWith'].includes(comparison)
    return isPattern && random.percent(40)
      ? { [comparison]: random.of([part.toUpperCase(), part.toLowerCase()]), mode: 'insensitive' }
      : { [comparison]: part }
  }

export const oneOf =
  (labels: readonly string[]): FieldCondition =>
  (random) =>
    random.of([
      random.of(labels),
      { in: random.some(labels) },
      { notIn: random.some(labels) },
      { not: random.of(labels) },
    ])

export const truth: FieldCondition = (random) => random.of([true, false, { not: true }, { equals: false }])

export const list =
  (items: readonly (string | number)[]): FieldCondition =>
  (random) =>
    random.of([
      { has: random.of(items) },
      { hasSome: random.some(items) },
      { hasEvery: [random.of(items)] },
      { isEmpty: random.percent(50) },
      { equals: random.some(items) },
    ])

export const bytes: FieldCondition = (random) => {
  const make = () => Uint8Array.from([random.below(40), 0, 255])
  return random.of([{ in: Array.from({ length: 12 }, make) }, { not: make() }, null, { not: null }])
}

export const settings: FieldCondition = (random) =>
  random.of([
    { path: ['theme'], equals: random.of(['dark', 'light', "it's"]) },
    { path: ['size'], gt: random.below(60) },
    { path: ['tags'], array_contains: random.of([['x'], [random.below(60)]]) },
    { path: ['theme'], string_contains: random.of(['ar', 'igh']) },
    { equals: {} },
    { not: { theme: 'dark', size: random.below(60) } },
  ])

export const attributes: FieldCondition = (random) =>
  random.of([
    { equals: Prisma.DbNull },
    { equals: Prisma.JsonNull },
    { not: Prisma.DbNull },
    { equals: Prisma.AnyNull },
    { path: ['colour'], equals: random.of(['red', 'blue']) },
    { path: ['sizes', '0'], lt: random.below(40) },
    { equals: { colour: 'blue' } },
  ])
