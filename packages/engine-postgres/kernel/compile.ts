import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const compiler = fileURLToPath(import.meta.resolve('assemblyscript/asc').replace(/dist\/asc\.js$/, 'bin/asc.js'))
const source = fileURLToPath(new URL('./copy-kernel.ts', import.meta.url))

/** The kernel as WebAssembly. The same source and compiler give the same bytes. */
export async function compileKernel(): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-kernel-'))
  try {
    const outFile = path.join(folder, 'kernel.wasm')
    const options = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert']
    await promisify(execFile)(process.execPath, [compiler, source, '--outFile', outFile, ...options])
    return await readFile(outFile)
  } finally {
    await rm(folder, { recursive: true })
  }
}
