import { CreateBucketCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { startS3Server } from '../s3-server.ts'
import type { ObjectService } from './object-service.ts'

const bucket = 'backups'
const answers = {
  busy: [503, 'SlowDown'],
  broken: [500, 'InternalError'],
  expired: [400, 'ExpiredToken'],
} as const

/** A real S3 server. */
export async function startS3Service(): Promise<ObjectService> {
  const { endpoint, accessKeyId, secretAccessKey, stop } = await startS3Server()
  const client = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId, secretAccessKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    name: 's3',
    bucket,
    endpoint,
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: 'us-east-1' },
    url(prefix, options = {}, at = endpoint) {
      const query = Object.entries(options).map(([option, value]) => `&${option}=${value}`)
      return `s3://${bucket}/${prefix}?endpoint=${at}&forcePathStyle=true${query.join('')}`
    },
    async objects(prefix) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }))
      return Contents.map(({ Key = '' }) => Key)
    },
    async unfinished(prefix) {
      const found = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: `${prefix}/` }))
      return (found.Uploads ?? []).map(({ Key = '' }) => Key)
    },
    answer(what) {
      const [status, code] = answers[what]
      return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>` }
    },
    async stop() {
      client.destroy()
      await stop()
    },
  }
}
