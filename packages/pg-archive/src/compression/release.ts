/** The name under which a chunk that was lent carries what takes its memory back. */
const releaseMark = Symbol.for('pgark.release')

/** Tells whoever lent a chunk that its bytes are no longer needed. A chunk that was not lent is left alone. */
export function release(chunk: Uint8Array & { [releaseMark]?: (() => void) | undefined }): void {
  const onRelease = chunk[releaseMark]
  if (!onRelease) return
  chunk[releaseMark] = undefined
  onRelease()
}
