import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import {
  type FaultyHttpProxy,
  filesOpenForWriting,
  type ObjectService,
  startFaultyHttpProxy,
  startObjectService,
  startServer,
  type TestServer,
  watchProcess,
} from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLines, pgark } from '../e2e/support/run-pgark.ts'
import { createProject, type Project } from './support/project.ts'

const mebibyte = 1024 * 1024
/** Rows of 1.3 KB, which are kept as they are: longer ones the server would compress. */
const rows = 2_400_000
const contentBytes = 3_000_000_000
const mostRssBytes = 256_000_000
const patienceMs = 600_000

let server: TestServer
let service: ObjectService
let proxy: FaultyHttpProxy
let project: Project
beforeAll(async () => {
  project = await createProject()
  service = await startObjectService('s3')
  proxy = await startFaultyHttpProxy(service.endpoint)
  // Then a table that is filled where it is created is not logged.
  server = await startServer(17, { settings: { autovacuum: 'off', wal_level: 'minimal', max_wal_senders: '0' } })
  await server.createDatabase('shop')
  await server.query(
    `CREATE TABLE large AS SELECT i AS id, repeat(md5(i::text), 40) AS note FROM generate_series(1, ${rows}) i;
     CREATE TABLE small AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, 1000) i`,
    'shop',
  )
}, patienceMs)
afterAll(async () => {
  await server?.stop()
  await proxy?.stop()
  await service?.stop()
  await project?.remove()
})

test('3 GB go straight to S3 in bounded memory, and one table comes back alone', { timeout: patienceMs }, async () => {
  let watch: ReturnType<typeof watchProcess> | undefined
  let mostOpenBytes = 0
  const backup = [
    'backup',
    server.url('shop'),
    '--to',
    service.url('big'),
    '--compress',
    'none',
    '--jobs',
    '2',
    '--json',
  ]
  const done = await pgark(backup, {
    cwd: project.folder,
    env: { ...service.env, ...project.env },
    started(pid) {
      // The kernel's count of written bytes holds those of sockets too. So: every file that it has open for writing, wherever that
      // is and if it was unlinked at once, while it runs; and all that lies where a process would put files, when it has ended.
      watch = watchProcess(pid, () => {
        mostOpenBytes = Math.max(mostOpenBytes, ...filesOpenForWriting(pid).map(({ sizeBytes }) => sizeBytes))
      })
    },
  })
  const usage = watch?.end()
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(usage?.settledRssBytes).toBeLessThanOrEqual(mostRssBytes)
  expect(mostOpenBytes).toBeLessThanOrEqual(mebibyte)
  expect(await largestFile(project.folder)).toBeLessThanOrEqual(mebibyte)
  expect(await service.unfinished('big')).toEqual([])
  const events = jsonLines(done)
  const sizes = events.filter(({ type }) => type === 'object').map(({ sizeBytes }) => Number(sizeBytes))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(contentBytes)

  const id = String(events.at(-1)?.id)
  const from = service.url(`big/${id}`, {}, proxy.url)
  const restore = [
    'restore',
    from,
    '--to',
    server.url('restored'),
    '--create-database',
    '--table',
    'small',
    '--no-proof',
  ]
  const restored = await pgark(restore, { cwd: project.folder, env: { ...service.env, ...project.env } })
  expect(restored).toMatchObject({ code: 0 })
  const read = proxy.requests.filter(({ method }) => method === 'GET')
  expect(
    read
      .map(({ path }) =>
        path
          .replace(/^.*\/big\//, '')
          .replace(/\?.*/, '')
          .replace(id, 'id'),
      )
      .sort(),
  ).toEqual([
    // It might have been a file of that name.
    'id',
    'id.json',
    expect.stringMatching(/^id\/\d+\.dat$/),
    'id/contents.json',
    'id/toc.dat',
  ])
  const small = 'TABLE small ORDER BY id'
  expect((await server.query(small, 'restored')).rows).toEqual((await server.query(small, 'shop')).rows)
  const { rows: tables } = await server.query('SELECT relname FROM pg_stat_user_tables', 'restored')
  expect(tables).toEqual([{ relname: 'small' }])
})

/** In bytes, in a folder and below. What is linked there is not below it. */
async function largestFile(folder: string): Promise<number> {
  let largest = 0
  for (const name of await readdir(folder)) {
    const found = await lstat(path.join(folder, name))
    largest = Math.max(largest, found.isDirectory() ? await largestFile(path.join(folder, name)) : found.size)
  }
  return largest
}
