/** Whether two names or patterns of tables say the same, as far as both say it: `ord`, `shop.ord` and `SHOP."ord"`, not `shop.ord` and `old.ord`. */
export function isSameTable(one: string, other: string): boolean {
  const [parts, others] = [partsOf(one), partsOf(other)]
  return parts.slice(0, others.length).every((part, at) => part === others[at])
}

/** The name first, then its schema; letters are lower case, and what is quoted cannot be taken for a pattern. */
function partsOf(text: string): readonly string[] {
  const parts = text.match(/(?:"(?:[^"]|"")*"?|[^".])+/g) ?? []
  return parts.map((part) => part.replaceAll(/"((?:[^"]|"")*)"?|[A-Z]+/g, plain)).reverse()
}

const plain = (text: string, quoted: string | undefined) =>
  quoted === undefined ? text.toLowerCase() : quoted.replaceAll('""', '"').replaceAll(/[^\w]/g, '\\$&')
