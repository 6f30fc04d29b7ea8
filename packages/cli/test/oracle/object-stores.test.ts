import {
  compareDatabases,
  type FaultyHttpProxy,
  type ObjectService,
  serviceNames,
  startFaultyHttpProxy,
  startObjectService,
  startServer,
  type TestServer,
} from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgark, type Run, type RunOptions } from '../e2e/support/run-pgark.ts'
import { createProject, type Project } from './support/project.ts'

/** More than a write holds in memory, and than sockets do. */
const schema = `CREATE TABLE orders AS SELECT i AS id, repeat(md5(i::text), 40) AS note FROM generate_series(1, 120000) i;
  CREATE TABLE small AS SELECT i AS id FROM generate_series(1, 100) i`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { autovacuum: 'off' } })
  await server.createDatabase('shop')
  await server.query(schema, 'shop')
})
afterAll(() => server?.stop())

describe.each(serviceNames)('%s', (name) => {
  let service: ObjectService
  let proxy: FaultyHttpProxy
  let project: Project
  beforeAll(async () => {
    project = await createProject()
    service = await startObjectService(name)
    proxy = await startFaultyHttpProxy(service.endpoint)
  })
  afterAll(async () => {
    await proxy?.stop()
    await service?.stop()
    await project?.remove()
  })

  const run = (args: readonly string[], options?: RunOptions): Promise<Run> =>
    pgark(args, { cwd: project.folder, env: { ...service.env, ...project.env }, ...options })
  async function succeed(...args: string[]): Promise<string> {
    const done = await run(args)
    expect(done).toMatchObject({ code: 0 })
    return done.stdout
  }
  const ids = async (place: string): Promise<string[]> =>
    JSON.parse(await succeed('list', place, '--json')).map(({ key }: { key: string }) => key)

  test('copied there and back, listed, verified, restored, removed', async () => {
    const place = service.url('copies')
    expect(await succeed('test', place)).toMatch(/^ok: backups can be kept at /m)
    await succeed('backup', server.url('shop'), '--to', 'here', '--table', 'small')
    await succeed('backup', server.url('shop'), '--to', 'here')
    const made = await ids('here')
    await succeed('copy', 'here', place)
    expect(await ids(place)).toEqual(made)
    const [first = '', second = ''] = made
    expect(await succeed('verify', service.url('copies/latest'))).toContain('ok: ')

    await succeed('copy', place, 'back')
    expect(await ids('back')).toEqual(made)
    const copy = `copy_of_${name}`
    await succeed('restore', 'back/latest', '--to', server.url(copy), '--create-database')
    expect((await compareDatabases(server, 'shop', copy)).differences).toEqual([])

    await succeed('remove', service.url(`copies/${first}`), '--yes')
    expect(await ids(place)).toEqual([second])
    await succeed('remove', service.url(`copies/${second}`), '--yes')
    expect(await service.objects('copies')).toEqual([])
    expect(await service.unfinished('copies')).toEqual([])
  })

  test('the database dies midway: nothing is left of that, and prune keeps the older good backup', async () => {
    const place = service.url('midway')
    await succeed('backup', server.url('shop'), '--to', place)
    const [older = ''] = await ids(place)
    const before = await service.objects('midway')

    // No byte of a body gets through before that, so that there are rows left to be read; afterwards the way is free.
    let killed: Promise<number> | undefined
    let isKilled = false
    proxy.choose(({ method }) => {
      if (method !== 'PUT' || isKilled) return undefined
      killed ??= killCopies().finally(() => {
        isKilled = true
      })
      return { kind: 'stall', in: 'request', afterBytes: 0 }
    })
    const to = service.url('midway', { timeoutMs: 5000 }, proxy.url)
    const failed = await run(['backup', server.url('shop'), '--to', to, '--table', 'orders', '--compress', 'none'])
    expect(await killed).toBeGreaterThan(0)
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ENGINE\.\w+: /m) })
    expect(await service.objects('midway')).toEqual(before)
    expect(await service.unfinished('midway')).toEqual([])

    await succeed('prune', place, '--keep-last', '1', '--yes')
    expect(await ids(place)).toEqual([older])
    expect(await succeed('verify', service.url('midway/latest'))).toContain('ok: ')
  })
})

/** How many there were. A table is read by one COPY after another: between two of them a worker is killed as well. */
async function killCopies(): Promise<number> {
  const { rows } = await server.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop' AND query LIKE '%COPY %'",
  )
  return rows.length
}
