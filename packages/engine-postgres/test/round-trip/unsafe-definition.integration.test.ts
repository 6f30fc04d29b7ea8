import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, file } from '@pgark/core'
import { checkDefinition } from '@pgark/pg-archive'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dump } from '../definitions/session.ts'
import { engineFor, temporaryFolder } from '../support/round-trip.ts'

const place = `'${'x'.repeat(60)}'`
const hostile = {
  'a command on a line of its own': `'';\n\\! touch pgark-was-here\n--`,
  'a command behind a statement': `'' \\gexec`,
  'a command within an expression': `'' || \\! touch pgark-was-here`,
  'a literal that stays open': `'open`,
  'a comment that stays open': `'' /* open`,
  'dollars that stay open': `$open$ open`,
  'a command after a literal with a backslash': `'\\';\n\\! touch pgark-was-here\n--`,
}

describe('a definition that psql would run commands of', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(16)
    await server.query(`CREATE TABLE t (a int); INSERT INTO t VALUES (1); COMMENT ON TABLE t IS ${place}`)
  })
  afterAll(() => server.stop())

  test.each(Object.entries(hostile))('%s fails the backup and leaves no file', async (_, text) => {
    const archive = Buffer.from(await dump(server, 'postgres'))
    const at = archive.indexOf(place)
    expect(at).toBeGreaterThan(0)
    archive.write(text.padEnd(place.length), at)
    const folder = await temporaryFolder()
    await writeFile(path.join(folder, 'archive'), archive)
    // What a server that lies to pg_dump would make it write.
    const script = `#!/bin/sh\ncase "$1" in --version) echo "pg_dump (PostgreSQL) 18.0";; *) exec /bin/cat ${folder}/archive;; esac\n`
    await writeFile(path.join(folder, 'pg_dump'), script, { mode: 0o755 })

    const engine = engineFor(server, 'postgres', { pgDump: path.join(folder, 'pg_dump') })
    const running = backup({ engine, to: file(path.join(folder, 'backup.sql')) })
    await expect(running).rejects.toMatchObject({
      code: 'UNSAFE.DEFINITION',
      message: expect.stringContaining('TABLE t'),
    })
    expect((await readdir(folder)).sort()).toEqual(['archive', 'pg_dump'])
  })

  test('is told from one that only quotes such commands', () => {
    for (const sql of [
      `COMMENT ON TABLE t IS E'\\n\\\\! x';`,
      `SELECT '\n\\! x';`,
      `SELECT "\n\\q";`,
      `-- \\q\nSELECT 1;`,
    ])
      expect(() => checkDefinition(sql, 'it')).not.toThrow()
  })
})
