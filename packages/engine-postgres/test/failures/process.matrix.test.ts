import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { file, list } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseWith, expectNothingLeft, tempFolder, untilNoConnection } from '../snapshot/run-backup.ts'
import { schema } from './phases.ts'

let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(16)
  database = await databaseWith(server, schema)
})
afterAll(() => server.stop())

const script = (name: string) => path.join(import.meta.dirname, name)

/** Starts the program; `limit` is the largest file that it may write, in blocks of 512 bytes. */
function startChild(location: string, event: string, limit?: number): ChildProcess {
  const args = ['--import', script('sources.ts'), script('back-up.child.ts'), server.url(database), location, event]
  const options = { stdio: 'pipe', env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' } } as const
  if (limit === undefined) return spawn(process.execPath, args, options)
  return spawn('sh', ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath, ...args], options)
}

async function ended(child: ChildProcess) {
  const [stderr, [code, signal]] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'close')])
  return { code, signal, stderr }
}

for (const [kind, name, object] of [
  ['a single file', 'backup.sql', 'backup\\.sql'],
  ['an archive', 'backup.dump', 'backup\\.dump'],
  ['a folder', 'backups', '\\d+\\.dat'],
] as const) {
  test(`a killed process leaves nothing under the name of ${kind}, and no manifest`, async () => {
    const folder = await tempFolder()
    const child = startChild(path.join(folder, name), 'wait')
    await once(child.stdout ?? child, 'data')
    child.kill('SIGKILL')
    expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGKILL' })
    const left = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = left.filter((entry) => entry.isFile()).map((entry) => entry.name)
    // What a dead process cannot remove says of itself that it is no backup, and whose it was.
    expect(files).toEqual([expect.stringMatching(new RegExp(`^\\.${object}.*-${child.pid}-.*\\.pgark-partial$`))])
    expect(await list(file(folder))).toEqual([])
    expect(await list(file(path.join(folder, 'backups')))).toEqual([])
    // The server notices by itself that its client is gone.
    await untilNoConnection(server)
  })

  test(`a file system that takes no more ends a backup to ${kind}: nothing is left, the exit code says so`, async () => {
    const folder = await tempFolder()
    // RLIMIT_FSIZE binds every user, root too; 8 MB of 25.
    const child = startChild(path.join(folder, name), 'none', 16_384)
    expect(await ended(child)).toEqual({
      code: 1,
      signal: null,
      stderr: expect.stringMatching(/^DESTINATION\.FULL Cannot write .*: the file is larger than .*\.$/),
    })
    const left = await readdir(folder, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
    await untilNoConnection(server)
  })
}

test('a process whose backup was aborted ends by itself', async () => {
  const folder = await tempFolder()
  const child = startChild(path.join(folder, 'backup.sql'), 'abort')
  expect(await ended(child)).toEqual({ code: 1, signal: null, stderr: 'Error: enough' })
  await expectNothingLeft(server, folder)
})

test('a process whose backup was made ends by itself', async () => {
  const folder = await tempFolder()
  const child = startChild(path.join(folder, 'backup.sql'), 'none')
  expect(await ended(child)).toEqual({ code: 0, signal: null, stderr: '' })
  expect((await readdir(folder)).sort()).toEqual(['backup.sql', 'backup.sql.json'])
})
