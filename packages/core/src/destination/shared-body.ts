export interface SharedBranch extends AsyncIterableIterator<Uint8Array> {
  /** Leaves. Idempotent. */
  return(): Promise<IteratorResult<Uint8Array>>
}

interface Reader {
  /** Its request for a chunk, while there is one. */
  waiting?: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined
}

const ended = { value: undefined, done: true } as const

/**
 * One body for so many readers, each of which gets every chunk; answers what adds a reader. The next chunk is asked for once all of
 * them are there and have asked: the slowest sets the pace, and no chunk waits for anyone. Who leaves (`return`) holds up nobody; with
 * the last of them the body ends. What the body throws, each of them gets.
 *
 * Each is to be read by one `for await`, which asks for nothing twice.
 */
export function shareBody(body: AsyncIterable<Uint8Array>, count: number): () => SharedBranch {
  const source = body[Symbol.asyncIterator]()
  const readers = new Set<Reader>()
  let joined = 0
  let isPulling = false

  async function pullWhenAllWait(): Promise<void> {
    if (isPulling || joined < count || readers.size === 0) return
    for (const { waiting } of readers) if (!waiting) return
    isPulling = true
    try {
      const next = await source.next()
      const chunks = next.done ? [] : shares(next.value, readers.size)
      for (const [index, reader] of [...readers].entries()) {
        const value = chunks[index]
        if (value === undefined) readers.delete(reader)
        settle(reader, ({ resolve }) => resolve(value === undefined ? ended : { value, done: false }))
      }
    } catch (error) {
      for (const reader of readers) settle(reader, ({ reject }) => reject(error))
      readers.clear()
    } finally {
      isPulling = false
    }
  }

  async function leave(reader: Reader): Promise<void> {
    if (!readers.delete(reader)) return
    settle(reader, ({ resolve }) => resolve(ended))
    if (readers.size > 0 || joined < count) return void pullWhenAllWait()
    const closed = Promise.resolve(source.return?.())
    // A body that waits for something can only end when that comes, if ever.
    if (isPulling) closed.catch(() => {})
    else await closed
  }

  return () => {
    const reader: Reader = {}
    readers.add(reader)
    joined += 1
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      next() {
        if (!readers.has(reader)) return Promise.resolve(ended)
        reader.waiting = Promise.withResolvers()
        const { promise } = reader.waiting
        void pullWhenAllWait()
        return promise
      },
      async return() {
        await leave(reader)
        return ended
      },
    }
  }
}

function settle(reader: Reader, how: (waiting: NonNullable<Reader['waiting']>) => void): void {
  const { waiting } = reader
  reader.waiting = undefined
  if (waiting) how(waiting)
}

/**
 * A chunk for each reader. One that was lent goes back when all have handed it back. Where one fails instead, it never does: a
 * connection may still have to send it, and what is not handed back is freed in time.
 */
function shares(chunk: Uint8Array & Partial<Disposable>, count: number): readonly Uint8Array[] {
  if (count === 1 || !chunk[Symbol.dispose]) return Array.from({ length: count }, () => chunk)
  let held = count
  return Array.from({ length: count }, () => {
    let isHeld = true
    return Object.assign(chunk.subarray(), {
      [Symbol.dispose]() {
        if (isHeld) held -= 1
        if (isHeld && held === 0) chunk[Symbol.dispose]?.()
        isHeld = false
      },
    })
  })
}
