import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { startServer, stockClients, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgark } from '../e2e/support/run-pgark.ts'

const entry = path.join(import.meta.dirname, '../../dist/pgark.js')
const run = promisify(execFile)
const { pgDump, pgRestore } = stockClients(17)
const stored = { custom: 'shop.dump', directory: 'shop.dir', tar: 'shop.tar' }

/** What is shown, and the archive that pg_restore lists. */
interface Shown {
  readonly what: string
  readonly reference: string
  readonly archive: string
}
const shown: Shown[] = [
  ...Object.values(stored).map((name) => ({ what: name, reference: name, archive: name })),
  { what: 'gzip around a custom archive', reference: 'shop.dump.gz', archive: stored.custom },
  { what: 'zstd around a tar file', reference: 'shop.tar.zst', archive: stored.tar },
]

let server: TestServer
let cwd: string
/** Of our backups, by format. */
const ids = new Map<string, string>()

async function backUp(format: string): Promise<string> {
  const args = ['backup', server.url('shop'), '--to', 'backups', '--format', format, '--compress', 'gzip', '--json']
  const { stdout, stderr } = await pgark(args, { cwd })
  const { id } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  if (typeof id !== 'string') throw new Error(stderr)
  return id
}

beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-toc-'))
  server = await startServer(17)
  await server.createDatabase('shop', "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
  await server.query('CREATE TABLE "caf\u00e9" (id int PRIMARY KEY); INSERT INTO "caf\u00e9" VALUES (1)', 'shop')
  for (const [format, name] of Object.entries(stored)) {
    const connection = ['--host=127.0.0.1', `--port=${server.port}`, '--username=postgres']
    await run(pgDump, [...connection, `--format=${format}`, `--file=${name}`, 'shop'], { cwd })
  }
  await writeFile(path.join(cwd, 'shop.dump.gz'), gzipSync(await readFile(path.join(cwd, stored.custom))))
  await writeFile(path.join(cwd, 'shop.tar.zst'), zstdCompressSync(await readFile(path.join(cwd, stored.tar))))
  for (const format of ['custom', 'directory', 'plain']) ids.set(format, await backUp(format))
})
afterAll(async () => {
  await server?.stop()
  await rm(cwd, { recursive: true })
})

describe('pgark show --toc', () => {
  const expectListed = async (reference: string, archive: string) => {
    const env = { TZ: 'UTC', LC_ALL: 'C' }
    const { stdout } = await run(pgRestore, ['--list', archive], { cwd, env, encoding: 'latin1' })
    expect(stdout).toContain('TABLE public caf\u00e9 postgres')
    const list = path.join(cwd, 'shop.list')
    // What the shell gets, as the harness decodes.
    const command = `"$0" "$1" show "$2" --toc > "$3"`
    const ours = await run('sh', ['-c', command, process.execPath, entry, reference, list], { cwd })
    expect(ours.stderr).toBe('')
    const written = await run('cat', [list], { encoding: 'latin1' })
    expect(written.stdout).toBe(stdout.replace(' UTC\n', '\n'))
    await run(pgRestore, [`--use-list=${list}`, '--file=/dev/null', archive], { cwd })
  }

  test.each(shown)(
    '$what: what pg_restore --list prints, byte for byte but for the time zone',
    async ({ reference, archive }) => await expectListed(reference, archive),
  )

  test.each([
    { format: 'custom', object: 'backup.dump' },
    { format: 'directory', object: '' },
  ])('a $format backup of ours, by its id', async ({ format, object }) => {
    const reference = `backups/${ids.get(format)}`
    await expectListed(reference, path.join(reference, object))
    const asJson = await pgark(['show', reference, '--toc', '--json'], { cwd })
    expect(JSON.parse(asJson.stdout)).toContainEqual(expect.objectContaining({ description: 'TABLE DATA' }))
  })

  test('a plain backup of ours has that of an archive, as long as its manifest is there', async () => {
    const listed = async (format: string) => {
      const run = await pgark(['show', `backups/${ids.get(format)}`, '--toc', '--json'], { cwd })
      expect(run).toMatchObject({ code: 0, stderr: '' })
      return (JSON.parse(run.stdout) as { description: string }[]).filter(({ description }) => description !== 'BLOBS')
    }
    expect(await listed('plain')).toEqual(await listed('custom'))
    expect((await listed('plain')).length).toBeGreaterThan(2)
    const { stdout } = await pgark(['show', `backups/${ids.get('plain')}`, '--toc'], { cwd })
    expect(stdout).toContain(';     Format: PLAIN\n')
    await copyFile(path.join(cwd, 'backups', `${ids.get('plain')}`, 'backup.sql.gz'), path.join(cwd, 'alone.sql.gz'))
    expect(await pgark(['show', 'alone.sql.gz', '--toc'], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^REFUSED\.FORMAT: /),
    })
  })

  test('a toc.dat that is not what was stored is damage', async () => {
    const id = await backUp('directory')
    const toc = path.join(cwd, 'backups', id, 'toc.dat')
    const bytes = await readFile(toc, 'latin1')
    await writeFile(toc, bytes.replace('postgres', 'postgrez'), 'latin1')
    expect(await pgark(['show', `backups/${id}`, '--toc'], { cwd })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^DAMAGE\.HASH: /),
    })
  })

  test.each(Object.values(stored))('%s: one JSON array', async (name) => {
    const shown = await pgark(['show', name, '--toc', '--json'], { cwd })
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    const entries: Record<string, unknown>[] = JSON.parse(shown.stdout)
    const table = entries.find(({ description }) => description === 'TABLE')
    expect(table).toMatchObject({
      section: 'pre-data',
      schema: 'public',
      tag: 'caf\u00e9',
      owner: 'postgres',
      hasData: false,
    })
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

  test.each(['plain.sql', 'empty', 'other.tar'])('%s is refused: it has none', async (name) => {
    await writeFile(path.join(cwd, 'plain.sql'), '-- PostgreSQL database dump\n')
    await writeFile(path.join(cwd, 'empty'), '')
    await run('tar', ['--format=ustar', '-cf', 'other.tar', 'plain.sql'], { cwd })
    const shown = await pgark(['show', name, '--toc'], { cwd })
    expect(shown).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^REFUSED\.FORMAT: .*\nhint: .*custom format/),
    })
  })

  test('what is not there, and standard input', async () => {
    for (const reference of ['nothing', '.', 'backups/nothing']) {
      expect(await pgark(['show', reference, '--toc'], { cwd })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('DESTINATION.NOT_FOUND'),
      })
    }
    expect(await pgark(['show', '-', '--toc'], { cwd })).toMatchObject({ code: 2 })
  })
})
