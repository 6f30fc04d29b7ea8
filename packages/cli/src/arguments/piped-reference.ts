import { statSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'

/** How shells hand over the output of another command in the place of a file, as for `<(…)`. */
const descriptor = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/

/** Whether a reference is what comes as a stream, and once: standard input, or another command's output. */
export const isPiped = (reference: string): boolean =>
  reference === '-' ||
  (descriptor.test(reference) && (statSync(reference, { throwIfNoEntry: false })?.isFIFO() ?? false))

/** The stream of such a reference, to be read or destroyed. Of the descriptor itself: opening its path could block for good. */
export function openPiped(reference: string): Readable {
  const [, fd] = descriptor.exec(reference) ?? []
  return fd === undefined ? process.stdin : new Socket({ fd: Number(fd), readable: true, writable: false })
}
