const enough = 65_536

/** Small parts are put together: whoever writes them has few writes instead of two for each statement. Large ones pass as they are. */
export async function* joined(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const part of parts) {
    waiting.push(part)
    bytes += part.length
    if (bytes < enough) continue
    const last = part.length < enough ? undefined : waiting.pop()
    if (waiting.length > 0) yield Buffer.concat(waiting)
    if (last) yield last
    waiting = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}
