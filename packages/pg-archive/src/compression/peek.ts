/** The first bytes of a stream, at least `length` unless it is shorter, and the whole stream from its beginning, to be iterated once. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{
  start: Uint8Array
  body: AsyncIterableIterator<Uint8Array> & { return(): Promise<IteratorResult<Uint8Array>> }
}> {
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
  let ahead: Uint8Array | undefined = start
  // Not a generator: one that has not begun would not end the source.
  const body = {
    async next(): Promise<IteratorResult<Uint8Array>> {
      const value = ahead
      ahead = undefined
      return value && value.byteLength > 0 ? { done: false, value } : await iterator.next()
    },
    async return(): Promise<IteratorResult<Uint8Array>> {
      ahead = undefined
      await iterator.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => body,
  }
  return { start, body }
}
