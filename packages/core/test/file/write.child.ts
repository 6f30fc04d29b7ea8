import { file } from '../../src/index.ts'

// A program that begins to write an object and never ends.
const [location = '', key = ''] = process.argv.slice(2)
async function* body() {
  yield Buffer.alloc(1_000_000)
  process.stdout.write('begun\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
}
await file(location).write(key, body())
