import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { stockClients } from '@pgark/test-servers'

/** A digest of what stock pg_dump says of a database: equal databases have equal ones. */
export async function dumpDigest(url: string): Promise<string> {
  const child = spawn(stockClients(17).pgDump, [url], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const hash = createHash('sha256')
  const ended = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    // Each dump has a key of its own in these.
    if (!/^\\(un)?restrict /.test(line)) hash.update(`${line}\n`)
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`pg_dump failed: ${stderr}`)
  return hash.digest('hex')
}
