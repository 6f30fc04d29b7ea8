import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Archive, readToc } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { choosePgDump } from '../../src/definitions/choose.ts'
import { dumpDefinitions } from '../../src/definitions/dump-definitions.ts'
import { at, connected, dump, dumpOptions, labels, proxied, rejection, untilWaiting } from '../definitions/session.ts'

const PG_DUMP = '/usr/bin/pg_dump'
const manyKinds = await readFile(new URL('../definitions/many-kinds.sql', import.meta.url), 'utf8')

/** Versions of pg_dump differ in blanks: 15 writes two before `TO PUBLIC` in default privileges. */
const normalized = (sql: string | undefined) => sql?.replace(/ {2,}/g, ' ').trim()

/** What each entry would run. */
const statements = ({ entries }: Archive) =>
  entries
    .map((entry) => `${entry.description} | ${entry.schema} | ${entry.tag} | ${normalized(entry.definition)}`)
    .sort()

const socketFolders = async () => (await readdir(tmpdir())).filter((name) => /^pgark-[^-]{6}$/.test(name)).sort()

for (const major of [13, 15] as const) {
  describe(`pg_dump of this machine with PostgreSQL ${major}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer(major)
      await server.createDatabase("it's = native")
      const client = new pg.Client(at(server, "it's = native"))
      await client.connect()
      await client.query(manyKinds)
      await client.end()
    })
    afterAll(() => server.stop())
    const native = () => choosePgDump(PG_DUMP, major * 10_000)

    test('gives the same entries as the built-in one', async () => {
      const program = await native()
      const ours = readToc(await dump(server, "it's = native"))
      const theirs = readToc(await dump(server, "it's = native", { program }))
      expect(theirs.header).toMatchObject({
        database: "it's = native",
        format: 'custom',
        compression: { algorithm: 'none' },
      })
      expect(theirs.header.pgDumpVersion).toContain(program.version)
      expect(labels(theirs).length).toBeGreaterThan(30)
      expect(labels(ours).toSorted()).toEqual(labels(theirs).toSorted())
      expect(statements(ours)).toEqual(statements(theirs))
    })

    test('is not led elsewhere by the environment, and leaves no folder', async () => {
      const misleading = {
        PGHOST: '203.0.113.1',
        PGHOSTADDR: '203.0.113.1',
        PGPORT: '1',
        PGDATABASE: 'nowhere',
        PGOPTIONS: '-c search_path=nowhere',
        PGSERVICE: 'nowhere',
        PGSSLMODE: 'require',
      }
      const before = await socketFolders()
      const options = await dumpOptions(server, "it's = native", { program: await native() })
      Object.assign(process.env, misleading)
      try {
        expect(labels(readToc(await dumpDefinitions(options)))).toContain('TABLE | app | orders')
      } finally {
        for (const name of Object.keys(misleading)) delete process.env[name]
      }
      expect(await socketFolders()).toEqual(before)
    })

    test('tells its errors as the built-in one does', async () => {
      const error = await rejection(
        dump(server, 'postgres', { program: await native(), args: ['--strict-names', '-t', 'nowhere'] }),
      )
      expect(error).toMatchObject({
        code: 'ENGINE.PG_DUMP',
        message: expect.stringMatching(/^pg_dump failed: no matching tables were found/),
      })
    })

    test('names a table that stays locked', async () => {
      const locker = await connected(at(server, "it's = native"))
      await locker.query('BEGIN; LOCK TABLE app.orders')
      const error = await rejection(dump(server, "it's = native", { program: await native(), lockTimeoutMs: 50 }))
      expect(error).toMatchObject({ code: 'ENGINE.PG_DUMP', retryable: true })
      expect((error as Error).message).toContain('app.orders')
    })

    test('ends when it is aborted', async () => {
      const before = await socketFolders()
      const locker = await connected(at(server, "it's = native"))
      await locker.query('BEGIN; LOCK TABLE app.orders')
      const controller = new AbortController()
      const reason = new Error('enough')
      const program = await native()
      const running = dump(server, "it's = native", { program, signal: controller.signal })
      const waits = untilWaiting(locker).then(() => controller.abort(reason))
      expect(await rejection(running)).toBe(reason)
      await waits
      expect(await socketFolders()).toEqual(before)
    })

    test('ends when the server falls silent', async () => {
      const port = await proxied(server.port, (chunk, { client, upstream }) => {
        if (chunk.includes('pg_catalog.pg_class')) upstream.unpipe(client)
      })
      const client = await connected({ ...at(server), port })
      const error = await rejection(dump(server, 'postgres', { client, program: await native(), idleTimeoutMs: 500 }))
      expect(error).toMatchObject({ code: 'ENGINE.TIMEOUT' })
    })
  })
}
