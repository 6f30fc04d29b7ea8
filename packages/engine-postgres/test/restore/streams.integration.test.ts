import { createReadStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tempFolder, untilNoConnection } from '../snapshot/run-backup.ts'
import { rejection, targetAt, targetWith } from './target.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())
const enough = new Error('enough')
const isThere = async (database: string) =>
  (await server.query(`SELECT FROM pg_database WHERE datname = '${database}'`)).rowCount === 1

describe('a stream that fails before it is read', () => {
  test('a file that is not there', async () => {
    const from = createReadStream(path.join(await tempFolder(), 'nothing.sql'))
    const target = targetAt(server, 'of_nothing')
    expect(await rejection(target.restore(from, { createDatabase: true }))).toMatchObject({ code: 'ENOENT' })
    expect(await isThere('of_nothing')).toBe(false)
  })

  test.each(['at once', 'while the server is looked at'])('one that is destroyed %s', async (when) => {
    const target = await targetWith(server)
    const from = new Readable({ read() {} })
    if (when === 'at once') from.destroy(enough)
    const options = { onEvent: () => void from.destroy(enough) }
    expect(await rejection(target.restore(from, options))).toBe(enough)
    await untilNoConnection(server)
  })
})

/** A script whose producer falls silent behind it, once it is asked for more. */
async function* silentAfter(script: string, asked: () => void): AsyncGenerator<Uint8Array> {
  // Longer than what is looked at to tell a format.
  yield Buffer.from(`-- ${'x'.repeat(600)}\n${script}`)
  asked()
  await new Promise(() => {})
}
const copy = 'CREATE TABLE public.a (b integer);\nCOPY public.a (b) FROM stdin;\n'

test.each(['SELECT 1;\n', `${copy}1\n`])('an abort while the producer is silent: %j', async (script) => {
  const target = await targetWith(server)
  const controller = new AbortController()
  const body = silentAfter(script, () => controller.abort(enough))
  expect(await rejection(target.restore(body, { signal: controller.signal }))).toBe(enough)
  expect(await target.objects()).toEqual([])
})

test('an abort closes the stream, whatever its producer does', async () => {
  const target = await targetWith(server)
  const controller = new AbortController()
  const from = Readable.from(silentAfter(copy, () => controller.abort(enough)))
  expect(await rejection(target.restore(from, { signal: controller.signal }))).toBe(enough)
  expect(from.destroyed).toBe(true)
})

test.each([
  ['a statement', "COMMENT ON TABLE public.nowhere IS 'nothing';\n", '42P01'],
  ['a row', `${copy}none\n`, '22P02'],
])('%s that the server refuses while the producer is silent', async (_, script, sqlstate) => {
  const target = await targetWith(server)
  const from = Readable.from(silentAfter(script, () => {}))
  expect(await rejection(target.restore(from))).toMatchObject({ code: 'RESTORE.STATEMENT', meta: { sqlstate } })
  expect(from.destroyed).toBe(true)
})
