/**
 * Where a value is or contains `undefined`, as `[2].id`, an empty string for the value itself; undefined where it has none. JSON and
 * arrays of a database driver turn it into null or leave it out, so that a filter would mean something else.
 */
export function undefinedIn(value: unknown, seen: ReadonlySet<unknown> = new Set()): string | undefined {
  if (value === undefined) return ''
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  if (ArrayBuffer.isView(value) || value instanceof Date) return undefined
  const within = new Set([...seen, value])
  // Not forEach: it passes over holes.
  const entries = Array.isArray(value) ? value.keys() : Object.keys(value)
  for (const key of entries) {
    const found = undefinedIn(value[key as keyof typeof value], within)
    if (found !== undefined) return `${typeof key === 'number' ? `[${key}]` : `.${key}`}${found}`
  }
  return undefined
}
