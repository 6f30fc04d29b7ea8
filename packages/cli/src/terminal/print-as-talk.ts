const { stdout, stderr } = process
const { write } = stdout
let running = 0

/**
 * Runs code of an application or its config, which may print while it is loaded, as dotenv does. That is no data: it goes to standard
 * error, so that what reads standard output gets the dump, or the JSON, and nothing else.
 */
export async function printAsTalk<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  running++
  stdout.write = stderr.write.bind(stderr)
  try {
    return await work()
  } finally {
    running--
    // Several may be loaded at once.
    if (running === 0) stdout.write = write
  }
}
