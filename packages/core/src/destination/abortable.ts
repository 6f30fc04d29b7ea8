/**
 * Passes a body on, and throws the signal's reason as soon as it aborts, even while the body has nothing to give. The body is ended
 * (`return`) when the iteration ends early. For authors of exporters: `for await (const chunk of abortable(body, signal))`.
 */
export async function* abortable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  let giveWay = (_: unknown) => {}
  const onAbort = () => giveWay(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      signal?.throwIfAborted()
      // A promise per chunk: races against one promise that lives as long as the body would pile up on it.
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        giveWay = reject
        iterator.next().then(resolve, reject)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    const ended = Promise.resolve(iterator.return?.())
    // A body that waits for something can only end when that comes, if ever.
    if (signal?.aborted) ended.catch(() => {})
    else await ended
  }
}
