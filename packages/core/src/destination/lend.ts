/** By this name any package can hand memory back; those that know nothing of it leave it to the garbage collector. */
const releaseMark = Symbol.for('pgark.release')

/** Marks a chunk whose memory its maker would like to use again; `onRelease` is called once, when nobody needs its bytes any more. */
export function lend<Chunk extends Uint8Array>(chunk: Chunk, onRelease: () => void): Chunk {
  return Object.assign(chunk, { [releaseMark]: onRelease })
}

/** Tells that the bytes of a chunk are no longer needed. Only its last reader may; a chunk that was not lent is left alone. */
export function release(chunk: Uint8Array & { [releaseMark]?: (() => void) | undefined }): void {
  const onRelease = chunk[releaseMark]
  if (!onRelease) return
  chunk[releaseMark] = undefined
  onRelease()
}
