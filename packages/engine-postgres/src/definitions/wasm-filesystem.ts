/** Where the library tells pg_dump to write, and reads from afterwards. */
const DUMP_FILE = '/tmp/out.sql'
/** Enough for every message that is used; a flood of warnings is not kept. */
const STDERR_LIMIT = 256 * 1024

/** The part of Emscripten's virtual filesystem that is used here. */
interface EmscriptenFilesystem {
  readFile(path: string, options?: { encoding?: string }): Uint8Array | string
}

/** What pg_dump left in its virtual filesystem. */
export interface CapturedFilesystem {
  readonly isCaptured: boolean
  /** The dump, once the library has read it. */
  readonly archive: Uint8Array<ArrayBuffer> | undefined
  /** What pg_dump wrote to stderr, with its line ends. */
  readonly stderr: string
}

/**
 * Gets hold of Emscripten's `FS`, for two things that the library keeps to itself. It returns the dump as UTF-8 text, which cuts a
 * binary archive at its first NUL; and it joins the lines of stderr without their line ends.
 *
 * Emscripten assigns `Module.FS = FS` before pg_dump starts, on an object that inherits from `Object.prototype`: a setter there
 * sees it. Call it before the library is imported, and only in a thread that runs nothing else.
 */
export function captureFilesystem(): CapturedFilesystem {
  const captured = { isCaptured: false, archive: undefined as Uint8Array<ArrayBuffer> | undefined, stderr: '' }
  const stderr = new TextDecoder()
  Object.defineProperty(Object.prototype, 'FS', {
    configurable: true,
    set(this: object, filesystem: EmscriptenFilesystem) {
      Reflect.deleteProperty(Object.prototype, 'FS')
      Object.defineProperty(this, 'FS', { value: filesystem, writable: true, enumerable: true, configurable: true })
      // Emscripten opens `Module.stderr`, if there is one, as the file descriptor 2: one call for every byte.
      Object.defineProperty(this, 'stderr', {
        value: (byte: number) => {
          if (captured.stderr.length < STDERR_LIMIT) {
            captured.stderr += stderr.decode(Uint8Array.of(byte & 0xff), { stream: true })
          }
        },
      })
      const readFile = filesystem.readFile
      filesystem.readFile = (path, options) => {
        if (path !== DUMP_FILE) return readFile(path, options)
        const bytes = readFile(path)
        if (bytes instanceof Uint8Array) captured.archive = bytes.slice()
        // The library only wraps it into a File that nobody reads.
        return ''
      }
      captured.isCaptured = true
    },
  })
  return captured
}
