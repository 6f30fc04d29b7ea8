import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Without the flag for the whole process: https://nodejs.org/api/v8.html#v8setflagsfromstringflags
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes of the array buffers of this thread that somebody still holds. */
export function heldMemoryBytes(): number {
  collectGarbage()
  // What the first finds is freed in the background; the second begins when that is done.
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}
