import { execFile } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { startServer, stockClients, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgark } from '../e2e/support/run-pgark.ts'

const entry = path.join(import.meta.dirname, '../../dist/pgark.js')
const run = promisify(execFile)
const { pgDump, pgRestore } = stockClients(17)
const stored = { custom: 'shop.dump', directory: 'shop.dir', tar: 'shop.tar' }

let server: TestServer
let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-toc-'))
  server = await startServer(17)
  await server.createDatabase('shop', "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
  await server.query('CREATE TABLE "caf\u00e9" (id int PRIMARY KEY); INSERT INTO "caf\u00e9" VALUES (1)', 'shop')
  for (const [format, name] of Object.entries(stored)) {
    const connection = ['--host=127.0.0.1', `--port=${server.port}`, '--username=postgres']
    await run(pgDump, [...connection, `--format=${format}`, `--file=${name}`, 'shop'], { cwd })
  }
})
afterAll(async () => {
  await server?.stop()
  await rm(cwd, { recursive: true })
})

describe('pgark show --toc', () => {
  test.each(Object.values(stored))(
    '%s: what pg_restore --list prints, byte for byte but for the time zone',
    async (name) => {
      const env = { TZ: 'UTC', LC_ALL: 'C' }
      const { stdout } = await run(pgRestore, ['--list', name], { cwd, env, encoding: 'latin1' })
      expect(stdout).toContain('TABLE public caf\u00e9 postgres')
      const list = path.join(cwd, 'shop.list')
      // What the shell gets, as the harness decodes.
      const ours = await run('sh', ['-c', `"$0" "$1" show "$2" --toc > "$3"`, process.execPath, entry, name, list], {
        cwd,
      })
      expect(ours.stderr).toBe('')
      const written = await run('cat', [list], { encoding: 'latin1' })
      expect(written.stdout).toBe(stdout.replace(' UTC\n', '\n'))
      await run(pgRestore, [`--use-list=${list}`, '--file=/dev/null', name], { cwd })
    },
  )

  test.each(Object.values(stored))('%s: one JSON array', async (name) => {
    const shown = await pgark(['show', name, '--toc', '--json'], { cwd })
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    const entries: Record<string, unknown>[] = JSON.parse(shown.stdout)
    const table = entries.find(({ description }) => description === 'TABLE')
    expect(table).toMatchObject({ section: 'pre-data', schema: 'public', owner: 'postgres', hasData: false })
    expect(entries.find(({ description }) => description === 'TABLE DATA')).toMatchObject({
      section: 'data',
      dependencies: [table?.dumpId],
      hasData: true,
    })
    expect(shown.stdout).not.toContain('CREATE TABLE')
  })

  test('a cut archive is damaged', async () => {
    await run('cp', [stored.custom, 'cut.dump'], { cwd })
    await truncate(path.join(cwd, 'cut.dump'), 700)
    const shown = await pgark(['show', 'cut.dump', '--toc'], { cwd })
    expect(shown).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('ARCHIVE.TRUNCATED') })
  })

  test.each(['plain.sql', 'empty', '.', 'other.tar'])('%s is refused: it has none', async (name) => {
    await writeFile(path.join(cwd, 'plain.sql'), '-- PostgreSQL database dump\n')
    await writeFile(path.join(cwd, 'empty'), '')
    await run('tar', ['--format=ustar', '-cf', 'other.tar', 'plain.sql'], { cwd })
    const shown = await pgark(['show', name, '--toc'], { cwd })
    expect(shown).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^REFUSED\.FORMAT: .*\nhint: .*--format=custom/),
    })
  })

  test('what is not there, and standard input', async () => {
    expect(await pgark(['show', 'nothing', '--toc'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DESTINATION.NOT_FOUND'),
    })
    expect(await pgark(['show', '-', '--toc'], { cwd })).toMatchObject({ code: 2 })
  })
})
