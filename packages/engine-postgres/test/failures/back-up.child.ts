import { backup, file, isPgarkError } from '@pgark/core'
import { createEngine } from '../../src/engine.ts'

// A program that backs up a database: url, destination, and what is to happen to it once rows have arrived.
const [url = '', location = '', event = ''] = process.argv.slice(2)
const controller = new AbortController()
const to = file(location)
let isTold = false

async function* tellingOf(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) {
    yield chunk
    if (chunk.byteLength < 10_000 || isTold) continue
    isTold = true
    if (event === 'abort') controller.abort(new Error('enough'))
    if (event !== 'wait') continue
    process.stdout.write('rows have arrived\n')
    // Nothing ends this wait but the end of the process.
    await new Promise((resolve) => process.stdin.once('data', resolve))
  }
}
try {
  await backup({
    engine: createEngine({ connectionString: url, applicationName: 'pgark-under-test' }),
    to: { ...to, write: (key, body, options) => to.write(key, tellingOf(body), options) },
    compression: 'none',
    signal: controller.signal,
  })
} catch (error) {
  process.stderr.write(isPgarkError(error) ? `${error.code} ${error.message}` : String(error))
  process.exitCode = 1
}
// No process.exit(): that the process ends by itself shows that nothing was left open.
