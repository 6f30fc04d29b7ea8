import { realpathSync } from 'node:fs'
import path from 'node:path'

/** A path without symbolic links, as far as what it names is there. */
export function realPath(absolute: string): string {
  try {
    return realpathSync.native(absolute)
  } catch {
    const parent = path.dirname(absolute)
    return parent === absolute ? absolute : path.join(realPath(parent), path.basename(absolute))
  }
}
