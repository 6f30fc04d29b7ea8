import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** What tells the world how to recompute a digest. */
export const digestDocument = readFileSync(new URL('docs/digest.md', `file://${root}`), 'utf8')

/** Gives COPY text to the program in the document, as its reader would; answers the digest and the number of rows. */
export async function runReference(rows: AsyncIterable<Uint8Array> | Uint8Array): Promise<string> {
  const [, program = ''] = /^```ts\n(.*?)^```$/ms.exec(digestDocument) ?? []
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = text(child.stdout)
  for await (const chunk of rows instanceof Uint8Array ? [rows] : rows) child.stdin.write(chunk)
  child.stdin.end()
  const [[code], output] = await Promise.all([once(child, 'close'), said])
  if (code !== 0) throw new Error(`the program of docs/digest.md ended with ${code}`)
  return output.trim()
}
