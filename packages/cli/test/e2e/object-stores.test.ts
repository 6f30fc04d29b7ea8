import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-stores-'))
  return () => rm(cwd, { recursive: true })
})

/** What asks whether this is a machine of Google's gets an answer that is none. */
async function noMetadata(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('without credentials for Google Cloud that is all that is said; --debug also shows warnings of its library', async () => {
  const plugin = fileURLToPath(new URL('../../../exporter-gcs/dist/index.js', import.meta.url))
  const env = {
    ...{ GCE_METADATA_HOST: await noMetadata(), METADATA_SERVER_DETECTION: 'ping-only' },
    ...{ GOOGLE_APPLICATION_CREDENTIALS: '', CLOUDSDK_CONFIG: cwd, HOME: cwd },
  }
  const args = ['list', 'gs://pgark-nobody/x', '--plugin', plugin]
  const { code, stdout, stderr } = await pgark(args, { cwd, env })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^DESTINATION\.CREDENTIALS: There are no credentials for Google Cloud\.\nhint: [^\n]*\n$/)
  const debugged = await pgark([...args, '--debug'], { cwd, env })
  expect(debugged).toMatchObject({ code: 1, stderr: expect.stringContaining('MetadataLookupWarning') })
})

test('a single file that was being written when its process died is listed, and collected once it is old', async () => {
  const partial = '.shop.dump@elsewhere-1-00000000-1-1-00000000.pgark-partial'
  await writeFile(path.join(cwd, 'shop.dump'), 'of an earlier run')
  await writeFile(path.join(cwd, partial), 'x')
  const listed = await pgark(['list', '.', '--incomplete'], { cwd })
  expect(listed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^shop\.dump +incomplete .*only what is unfinished, last written \d{4}-/m),
  })
  const prune = ['prune', '.', '--keep-last', '1', '--yes']
  expect(await pgark(prune, { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('it may be running') })
  const ago = new Date(Date.now() - 25 * 3_600_000)
  await utimes(path.join(cwd, partial), ago, ago)
  expect(await pgark(prune, { cwd })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^shop\.dump .* remove what is unfinished$/m),
    stderr: 'removed what was unfinished of shop.dump\n',
  })
  expect(await readdir(cwd)).toEqual(['shop.dump'])
})
