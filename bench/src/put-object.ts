import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

// `put-object.ts <endpoint> <bucket> <file>`: sends a file by one request of AWS's SDK.

const [endpoint = '', Bucket = '', source = ''] = process.argv.slice(2)
// A checksum of a stream would come behind it, which Ceph refuses.
const client = new S3Client({ endpoint, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' })
const body = {
  Body: createReadStream(source, { highWaterMark: 1024 * 1024 }),
  ContentLength: (await stat(source)).size,
}
await client.send(new PutObjectCommand({ Bucket, Key: 'put-object', ...body }))
client.destroy()
