import { isFieldReference } from './field-reference.ts'

/**
 * Where a condition is or has what stands for nothing: `undefined`, a hole in a list, `Prisma.skip`. As `OR[1].id`, an empty text for
 * the condition itself; undefined where it has none.
 */
export function undefinedAt(value: unknown, around: readonly unknown[] = []): string | undefined {
  if (value === undefined || isSkip(value)) return ''
  if (typeof value !== 'object' || value === null || around.includes(value)) return undefined
  if (ArrayBuffer.isView(value) || value instanceof Date || isFieldReference(value)) return undefined
  const within = [...around, value]
  // By their numbers, as forEach passes over holes.
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value)
  for (const key of keys) {
    const found = undefinedAt(value[key as keyof typeof value], within)
    if (found !== undefined) return `${typeof key === 'number' ? `[${key}]` : `.${key}`}${found}`
  }
  return undefined
}

const isSkip = (value: unknown) =>
  typeof (Object(value) as { readonly ifUndefined?: unknown }).ifUndefined === 'function'
