import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
})
afterAll(() => server.stop())

describe('a producer that falls silent', () => {
  /** Longer than what is looked at to tell a format. */
  const comment = `-- ${'x'.repeat(600)}\n`
  async function* silentAfter(script: string) {
    yield Buffer.from(comment + script)
    await new Promise(() => {})
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while a restore waits for it: exit %i', async (signal, code) => {
    const run = await pgark(['restore', '-', '--to', server.url('postgres'), '--verbose'], {
      stdin: silentAfter('SELECT 1;\n'),
      on: { text: 'Line 2: SELECT', act: (pid) => process.kill(pid, signal) },
    })
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(`INTERRUPTED.${signal}`) })
  })

  test.each(['SELECT bogus;\n', 'CREATE TABLE public.a (b integer);\nCOPY public.a (b) FROM stdin;\nnone\n'])(
    'an error of the server ends the restore: %j',
    async (script) => {
      const run = await pgark(['restore', '-', '--to', server.url('postgres')], { stdin: silentAfter(script) })
      expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('RESTORE.STATEMENT') })
    },
  )

  test('SIGTERM while clean waits for it: exit 143', async () => {
    // More than is gathered for one write.
    const run = await pgark(['clean'], {
      stdin: silentAfter('SELECT 1;\n'.repeat(50_000)),
      on: { text: 'SELECT 1;', act: (pid) => process.kill(pid, 'SIGTERM') },
    })
    expect(run).toMatchObject({ code: 143, stderr: expect.stringContaining('INTERRUPTED.SIGTERM') })
  })
})
