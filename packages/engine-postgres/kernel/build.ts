// Compiles the kernel and writes it into the sources, so that nothing has to be compiled to use or to test them.
import { writeFile } from 'node:fs/promises'
import { compileKernel } from './compile.ts'

const code = Buffer.from(await compileKernel()).toString('base64')
await writeFile(
  new URL('../src/copy/kernel-code.ts', import.meta.url),
  `/** kernel/copy-kernel.ts, compiled. Written by \`pnpm kernel\`; a test keeps it in step. */
export const kernelCode =
  '${code}'
`,
)
