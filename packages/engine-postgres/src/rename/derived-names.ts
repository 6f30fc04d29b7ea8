const longestBytes = 63

/** A name, cut at its end to have no more than that many bytes, and no half character. */
export function clipped(name: string, bytes = longestBytes): string {
  let text = name
  while (Buffer.byteLength(text) > bytes) text = [...text].slice(0, -1).join('')
  return text
}

const isWordEnd = (text: string) => !/^[\p{L}\p{N}]/u.test(text)

/**
 * What something that belongs to a table is called when the table has another name: as the server would call it where it begins
 * with the table's name, `orders_pkey`; with the new name in place of the old one where that is a word in it, `idx_orders_by_day`;
 * else with the new one behind it. At most 63 bytes.
 */
export function derivedName(name: string, from: string, to: string): string {
  const replaced = (before: string, after: string) => {
    const left = longestBytes - Buffer.byteLength(before + after)
    return left > 0 ? `${before}${clipped(to, left)}${after}` : clipped(`${before}${to}${after}`)
  }
  if (name.startsWith(from) && isWordEnd(name.slice(from.length))) return replaced('', name.slice(from.length))
  for (let at = name.indexOf(from); at >= 0; at = name.indexOf(from, at + 1)) {
    const [before, after] = [name.slice(0, at), name.slice(at + from.length)]
    if (/[\p{L}\p{N}]$/u.test(before) || !isWordEnd(after)) continue
    return replaced(before, after)
  }
  const cut = cutPrefix(name, from)
  if (cut) return replaced('', name.slice(cut.length))
  const suffix = `_${clipped(to, longestBytes - 2)}`
  return `${clipped(name, longestBytes - Buffer.byteLength(suffix))}${suffix}`
}

/** What the server has left of a long table's name to have room for `_pkey`. */
function cutPrefix(name: string, from: string): string | undefined {
  if (Buffer.byteLength(name) < longestBytes) return undefined
  const at = [...name].findIndex((_, index) => name[index] !== from[index])
  return at > 0 && name[at] === '_' ? name.slice(0, at) : undefined
}

/** The same, or with a number behind it where it is taken; from then on it is. */
export function untaken(name: string, isTaken: (name: string) => boolean): string {
  for (let count = 0; ; count++) {
    const suffix = count === 0 ? '' : String(count)
    const tried = `${clipped(name, longestBytes - suffix.length)}${suffix}`
    if (!isTaken(tried)) return tried
  }
}
