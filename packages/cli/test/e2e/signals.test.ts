import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
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

  test.each([
    "COMMENT ON TABLE public.nowhere IS 'nothing';\n",
    'CREATE TABLE public.a (b integer);\nCOPY public.a (b) FROM stdin;\nnone\n',
  ])('an error of the server ends the restore: %j', async (script) => {
    const run = await pgark(['restore', '-', '--to', server.url('postgres')], { stdin: silentAfter(script) })
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('RESTORE.STATEMENT') })
  })

  test('SIGTERM while clean waits for it: exit 143', async () => {
    // More than is gathered for one write.
    const run = await pgark(['clean'], {
      stdin: silentAfter('SELECT 1;\n'.repeat(50_000)),
      on: { text: 'SELECT 1;', act: (pid) => process.kill(pid, 'SIGTERM') },
    })
    expect(run).toMatchObject({ code: 143, stderr: expect.stringContaining('INTERRUPTED.SIGTERM') })
  })
})

test('SIGTERM while a restore is being committed: exit 143, and the outcome is not known', async () => {
  const to = await server.createDatabase('slow')
  await server.query(
    `CREATE TABLE slow (x int);
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()`,
    'slow',
  )
  const blocker = new pg.Client({ connectionString: to })
  await blocker.connect()
  await blocker.query('SELECT pg_advisory_lock(1)')
  const started = Promise.withResolvers<number>()
  const running = pgark(['restore', '-', '--to', to], {
    stdin: 'INSERT INTO public.slow VALUES (1);\n-- PostgreSQL database dump complete\n',
    started: started.resolve,
  })
  while (!(await blocker.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount);
  process.kill(await started.promise, 'SIGTERM')
  expect(await running).toMatchObject({
    code: 143,
    stderr: expect.stringContaining('RESTORE.COMMIT_UNKNOWN: The restore was ended'),
  })
  await blocker.end()
})
