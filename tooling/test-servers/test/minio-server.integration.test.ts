import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hasContainerEngine, startMinioServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type FakeContainerEngine, startFakeContainerEngine } from './fake-container-engine.ts'

// How MinIO's container is asked for, used and ended. What MinIO itself does is up to the oracle tests of exporter-s3, where a real engine
// answers.

let minio: Server
let minioPort: number
let engine: FakeContainerEngine
let failing: string | undefined
beforeAll(async () => {
  let asked = 0
  minio = createServer(({ url }, response) => {
    const isReady = url === '/minio/health/cluster' && asked++ > 0
    response.writeHead(isReady ? 200 : 503).end()
  }).listen(0, '127.0.0.1')
  await once(minio, 'listening')
  minioPort = (minio.address() as AddressInfo).port
  engine = await startFakeContainerEngine(minioPort, (command) => Number(command.includes(failing ?? '')))
  vi.stubEnv('DOCKER_HOST', engine.url)
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.stop()
  minio.close()
})

test('an engine that answers is found', async () => {
  expect(await hasContainerEngine()).toBe(true)
})

test('a pinned image, reached on loopback only, with a second user, and gone afterwards', async () => {
  const server = await startMinioServer()
  expect(server.endpoint).toBe(`http://127.0.0.1:${minioPort}`)
  expect(engine.container?.Image).toMatch(/^quay\.io\/minio\/minio:RELEASE\./)
  expect(engine.container?.HostConfig.PortBindings).toEqual({ '9000/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }] })
  expect(engine.container?.Env).toContain(`MINIO_ROOT_PASSWORD=${server.secretAccessKey}`)
  const { accessKeyId, secretAccessKey } = server.readOnly
  expect(engine.commands).toEqual([['mc', 'admin', 'user', 'add', 'here', accessKeyId, secretAccessKey]])
  await server.stop()
  expect(engine.isRemoved).toBe(true)
})

test('what the second user may do comes as a policy that names bucket and objects', async () => {
  const server = await startMinioServer()
  await server.allow('shop', ['s3:GetObject'])
  expect(engine.commands.slice(1)).toEqual([
    ['mc', 'admin', 'policy', 'create', 'here', 'shop', '/tmp/shop.json'],
    ['mc', 'admin', 'policy', 'attach', 'here', 'shop', '--user', 'reader'],
  ])
  expect(engine.copied).toHaveLength(1)
  expect(engine.copied[0]).toContain('tmp/shop.json')
  expect(engine.copied[0]).toContain('"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::shop","arn:aws:s3:::shop/*"]')
  await server.stop()
})

test('where the second user cannot be made it fails, and leaves no container', async () => {
  failing = 'user'
  await expect(startMinioServer()).rejects.toThrow('mc admin user add failed')
  expect(engine.isRemoved).toBe(true)
})
