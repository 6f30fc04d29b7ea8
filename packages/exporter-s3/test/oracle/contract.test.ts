import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { splitContract } from '@pgark/core/testing'
import { type FaultyHttpProxy, type S3Server, startS3Server } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { s3 } from '../../src/index.ts'
import { contractSubject } from '../contract-subject.ts'
import { clientFor, createBucket, optionsFor } from '../place.ts'
import { racingClient } from '../racing-client.ts'

// The contract on a real server: Ceph, which has ways of its own.

let server: S3Server
let made = 0
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(async () => {
  await server?.stop()
})

/** A new bucket, which the other user may read and list, or what else is said. */
async function newBucket(allowed = ['s3:GetObject', 's3:ListBucket']): Promise<string> {
  made += 1
  const bucket = `shop-${made}`
  const options = optionsFor(server.endpoint, bucket, { credentials: server })
  await createBucket(options)
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: ['arn:aws:iam:::user/reader'] },
    Action: allowed,
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
  await clientFor(options).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
  return bucket
}

/** Kept where servers keep conditions. Ceph takes the last request of an upload whether or not it may replace an object. */
const notHere = 'concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS'

test(`not on this server: ${notHere}`, async () => {
  const bucket = await newBucket()
  const client = clientFor(optionsFor(server.endpoint, bucket, { credentials: server }))
  const target = { Bucket: bucket, Key: 'x' }
  await client.send(new PutObjectCommand({ ...target, Body: 'theirs' }))
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target))
  const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'ours' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload, IfNoneMatch: '*' }))
  expect((await client.send(new HeadObjectCommand(target))).ContentLength).toBe(4)
})

test('an upload that ends while the unfinished ones are looked at is passed over', async () => {
  const bucket = await newBucket()
  const client = clientFor(optionsFor(server.endpoint, bucket, { credentials: server }))
  for (const Key of ['a', 'b', 'c']) await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
  const place = s3({ bucket, client: racingClient(client, 'b') })
  const keys: string[] = []
  for await (const { key } of place.unfinished?.('') ?? []) keys.push(key)
  expect(keys).toEqual(['a', 'c'])
})

test('who may read and not list is told that', async () => {
  const bucket = await newBucket(['s3:GetObject'])
  const place = s3(optionsFor(server.endpoint, bucket, { credentials: server.readOnly }))
  onTestFinished(() => place.close())
  await expect(place.stat('x')).rejects.toMatchObject({
    code: 'DESTINATION.DENIED',
    meta: { permission: 's3:ListBucket' },
  })
})

test('who may list and not read is told that', async () => {
  const bucket = await newBucket(['s3:ListBucket'])
  const client = clientFor(optionsFor(server.endpoint, bucket, { credentials: server }))
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'backups/x', Body: 'x' }))
  const place = s3(optionsFor(server.endpoint, bucket, { credentials: server.readOnly }))
  onTestFinished(() => place.close())
  await expect(place.stat('x')).rejects.toMatchObject({
    code: 'DESTINATION.DENIED',
    meta: { permission: 's3:GetObject' },
  })
})

test.each([
  ['storageClass', { storageClass: 'FOO' }],
  ['kmsKeyId', { serverSideEncryption: 'aws:kms', kmsKeyId: 'nothing' }],
] as const)('a %s that the server does not take is named', async (name, more) => {
  const bucket = await newBucket()
  const place = s3(optionsFor(server.endpoint, bucket, { credentials: server, ...more }))
  onTestFinished(() => place.close())
  const body = async function* () {
    yield Buffer.from('x')
  }
  await expect(place.write('x', body())).rejects.toMatchObject({ hint: expect.stringContaining(name) })
})

const nobody = { accessKeyId: '-', secretAccessKey: '-' }
const nowhere = contractSubject('http://127.0.0.1:1', 'none', { writer: nobody, reader: nobody }, [])
const { runs } = await splitContract(nowhere)
for (const { name, run } of runs.filter((each) => each.name !== notHere)) {
  test(name, async () => {
    const proxies: FaultyHttpProxy[] = []
    onTestFinished(async () => {
      for (const proxy of proxies) await proxy.stop()
    })
    await run(contractSubject(server.endpoint, await newBucket(), { writer: server, reader: server.readOnly }, proxies))
  })
}
