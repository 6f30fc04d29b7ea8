/** The up to `most` candidates that are most like `wanted`, best first; none when nothing is similar enough to be meant. */
export function closest(wanted: string, candidates: Iterable<string>, most = 3): string[] {
  const lower = wanted.toLowerCase()
  const limit = Math.max(2, Math.floor(lower.length / 2))
  return [...candidates]
    .map((name) => ({ name, distance: distanceTo(lower, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

/** "did you mean a, b?" for a message's hint, or undefined when nothing is close. */
export function didYouMean(wanted: string, candidates: Iterable<string>): string | undefined {
  const names = closest(wanted, candidates)
  return names.length > 0 ? `did you mean ${names.join(', ')}?` : undefined
}

/** Edits (insert, delete, replace, swap of neighbours) between two strings; containment counts as near. */
function distanceTo(wanted: string, name: string): number {
  if (wanted === name) return 0
  if (wanted.length >= 3 && (name.includes(wanted) || wanted.includes(name))) return 1
  let beforeLast: number[] = []
  let last = Array.from({ length: name.length + 1 }, (_, index) => index)
  for (let i = 1; i <= wanted.length; i++) {
    const row = [i]
    for (let j = 1; j <= name.length; j++) {
      const cost = wanted[i - 1] === name[j - 1] ? 0 : 1
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost)
      if (i > 1 && j > 1 && wanted[i - 1] === name[j - 2] && wanted[i - 2] === name[j - 1]) {
        best = Math.min(best, at(beforeLast, j - 2) + 1)
      }
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return at(last, name.length)
}

/** Every index that is asked for has been written. */
const at = (row: readonly number[], index: number) => row[index] as number
