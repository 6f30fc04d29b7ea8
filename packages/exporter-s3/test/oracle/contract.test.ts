import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { splitContract } from '@pgark/core/testing'
import type { FaultyHttpProxy, S3Server } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { s3 } from '../../src/index.ts'
import { contractSubject } from '../contract-subject.ts'
import { clientFor, createBucket, optionsFor, partSizeBytes } from '../place.ts'
import { racingClient } from '../racing-client.ts'
import { realServers, startupMs } from './real-servers.ts'

/** Kept where servers keep conditions. */
const ofConditions = 'concurrency: of two writers of one key one wins, the other is REFUSED.EXISTS'

const nobody = { accessKeyId: '-', secretAccessKey: '-' }
const { runs } = await splitContract(
  contractSubject('http://127.0.0.1:1', 'none', { writer: nobody, reader: nobody }, []),
)

// The contract on real servers, which have ways of their own.
describe.each(realServers)('$name', ({ start, losesConditions, hidesMissing, losesTags, kmsKeyId }) => {
  let server: S3Server
  let made = 0
  beforeAll(async () => {
    server = await start()
  }, startupMs)
  afterAll(async () => {
    await server?.stop()
  })

  /** A new bucket, which the other user may read and list, or what else is said. */
  async function newBucket(allowed = ['s3:GetObject', 's3:ListBucket']): Promise<string> {
    made += 1
    const bucket = `shop-${made}`
    const options = optionsFor(server.endpoint, bucket, { credentials: server })
    await createBucket(options)
    await server.allow(bucket, allowed)
    return bucket
  }

  if (losesConditions)
    test(`not on this server: ${ofConditions}`, async () => {
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

  test(`who may read and not list is told ${hidesMissing ? 'that' : 'what is not there'}`, async () => {
    const bucket = await newBucket(['s3:GetObject'])
    const place = s3(optionsFor(server.endpoint, bucket, { credentials: server.readOnly }))
    onTestFinished(() => place.close())
    if (!hidesMissing) return expect(await place.stat('x')).toBeUndefined()
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

  const objects = [1000, 2 * partSizeBytes].map((sizeBytes) => ({ sizeBytes }))
  test.each(objects)('an object of $sizeBytes bytes keeps its tags and its key', async ({ sizeBytes }) => {
    const bucket = await newBucket()
    const tags = { team: 'shop 1', kind: 'a=b+c' }
    const encrypted = kmsKeyId === undefined ? {} : ({ serverSideEncryption: 'aws:kms', kmsKeyId } as const)
    const options = optionsFor(server.endpoint, bucket, { credentials: server, tags, ...encrypted })
    const place = s3(options)
    onTestFinished(() => place.close())
    const bytes = randomBytes(sizeBytes)
    await place.write('x', Readable.from([bytes]))
    const target = { Bucket: bucket, Key: 'backups/x' }
    const { TagSet } = await clientFor(options).send(new GetObjectTaggingCommand(target))
    expect(Object.fromEntries((TagSet ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual(
      losesTags && sizeBytes > partSizeBytes ? {} : tags,
    )
    expect((await clientFor(options).send(new HeadObjectCommand(target))).SSEKMSKeyId).toBe(kmsKeyId)
    expect((await buffer(place.read('x'))).equals(bytes)).toBe(true)
  })

  for (const { name, run } of runs.filter((each) => !losesConditions || each.name !== ofConditions)) {
    test(name, async () => {
      const proxies: FaultyHttpProxy[] = []
      onTestFinished(async () => {
        for (const proxy of proxies) await proxy.stop()
      })
      await run(
        contractSubject(server.endpoint, await newBucket(), { writer: server, reader: server.readOnly }, proxies),
      )
    })
  }
})
