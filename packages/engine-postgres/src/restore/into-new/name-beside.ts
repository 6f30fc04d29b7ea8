/** PostgreSQL cuts longer names, without regard to which of them are taken. */
const maxNameBytes = 63

/**
 * A name that says which database it belongs to: `name` and `suffix`, with a number where that is taken. Of a long name the end is
 * left out, between two characters.
 */
export function nameBeside(name: string, suffix: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? suffix : `${suffix}_${count}`
    const candidate = `${beginning(name, maxNameBytes - Buffer.byteLength(end))}${end}`
    if (!taken.has(candidate)) return candidate
  }
}

function beginning(name: string, most: number): string {
  let bytes = 0
  let kept = ''
  for (const character of name) {
    bytes += Buffer.byteLength(character)
    if (bytes > most) break
    kept += character
  }
  return kept
}
