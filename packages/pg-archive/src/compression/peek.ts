/** The first bytes of a stream, at least `length` unless it is shorter, and the whole stream from its beginning. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ start: Uint8Array; body: AsyncGenerator<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let peeked = 0
  while (peeked < length) {
    const next = await iterator.next()
    if (next.done) break
    chunks.push(next.value)
    peeked += next.value.byteLength
  }
  const start = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
  async function* body() {
    try {
      if (start.byteLength > 0) yield start
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  }
  return { start, body: body() }
}
