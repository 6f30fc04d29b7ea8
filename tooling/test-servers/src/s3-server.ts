import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A real S3 server. */
export interface S3Server extends KeyPair {
  readonly endpoint: string
  /** Of a second user, who owns nothing. */
  readonly readOnly: KeyPair
  stop(): Promise<void>
}

const script = path.join(import.meta.dirname, '../../s3-server/s3-server.sh')

/**
 * Starts Ceph's S3 server on loopback, empty, with its objects in memory. It ends with this process, however that ends. Throws where
 * it is not installed: an oracle that is missing must fail a test, never skip it.
 */
export async function startS3Server(): Promise<S3Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-s3-'))
  const server = spawn(script, ['run', folder], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(server, 'exit')
  const problems: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => problems.push(text))
  const [line] = await Promise.race([once(createInterface(server.stdout), 'line'), ended.then(() => [])])
  if (line === undefined) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`The S3 server did not start: ${problems.join('')}`)
  }
  return {
    ...JSON.parse(line),
    async stop() {
      server.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
