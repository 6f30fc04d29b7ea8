import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { bucketStatement } from './bucket-policy.ts'

interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A real S3 server. */
export interface S3Server extends KeyPair {
  readonly endpoint: string
  /** Of a second user, who owns nothing. */
  readonly readOnly: KeyPair
  /** Lets the second user do these things with a bucket and its objects: `s3:GetObject`. */
  allow(bucket: string, actions: readonly string[]): Promise<void>
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
  const { endpoint, readOnly, ...credentials } = JSON.parse(line) as Omit<S3Server, 'allow' | 'stop'>
  return {
    endpoint,
    readOnly,
    ...credentials,
    async allow(bucket, actions) {
      // Loaded by the few that need it: it takes long.
      const { PutBucketPolicyCommand, S3Client } = await import('@aws-sdk/client-s3')
      const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
      const Statement = { ...bucketStatement(bucket, actions), Principal: { AWS: ['arn:aws:iam:::user/reader'] } }
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
      await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
      client.destroy()
    },
    async stop() {
      server.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
