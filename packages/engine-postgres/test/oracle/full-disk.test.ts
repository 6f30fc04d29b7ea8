import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { backup, type CompressionCodec, file, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { databaseWith, engineFor, expectNothingLeft, tempFolder } from '../snapshot/run-backup.ts'

const run = promisify(execFile)
let server: TestServer
let database: string
beforeAll(async () => {
  server = await startServer(16)
  // Does not compress.
  database = await databaseWith(
    server,
    `CREATE TABLE items AS SELECT i AS id, string_agg(md5(random()::text), '') AS note
     FROM generate_series(1, 20000) i, generate_series(1, 10) GROUP BY i`,
  )
})
afterAll(() => server.stop())

/** A file system of that size. Mounting needs root: where that is missing the test fails, it is not skipped. */
async function smallDisk(size: string, owner = 0): Promise<string> {
  const folder = await tempFolder()
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},uid=${owner}`, 'tmpfs', folder])
  onTestFinished(async () => {
    await run('umount', [folder])
  })
  return folder
}

const targets: readonly { name: string; compression: CompressionCodec; format: string }[] = [
  { name: 'shop.sql', compression: 'none', format: 'plain' },
  { name: 'shop.sql.gz', compression: 'gzip', format: 'plain' },
  { name: 'shop.sql.zst', compression: 'zstd', format: 'plain' },
  { name: 'shop.dump', compression: 'none', format: 'custom' },
  { name: 'shop.dump', compression: 'zstd', format: 'custom' },
  { name: '', compression: 'none', format: 'directory' },
  { name: '', compression: 'gzip', format: 'directory' },
]
for (const { name, compression, format } of targets) {
  test(`a backup that does not fit on its disk leaves nothing on it (${format}, ${compression})`, async () => {
    const folder = await smallDisk('1m')
    const to = file(path.join(folder, name))
    await expect(backup({ engine: engineFor(server, database), to, format, compression })).rejects.toMatchObject({
      code: 'DESTINATION.FULL',
      // In a folder, one of the backup's files.
      message: expect.stringMatching(
        `^Cannot write ${folder}/${name || '.+\\.dat.*'}: no space is left on the device.$`,
      ),
      hint: expect.stringContaining('free space'),
    })
    await expectNothingLeft(server, folder)
  })
}

test('a backup that does not fit beside the one that it should replace leaves that one whole', async () => {
  const folder = await smallDisk('12m')
  const location = path.join(folder, 'shop.sql')
  await backup({ engine: engineFor(server, database), to: file(location) })
  const before = [(await stat(location)).mtimeMs, await readFile(`${location}.json`, 'utf8')]
  const again = backup({ engine: engineFor(server, database), to: file(location), overwrite: true })
  await expect(again).rejects.toMatchObject({ code: 'DESTINATION.FULL' })
  expect((await readdir(folder)).sort()).toEqual(['shop.sql', 'shop.sql.json'])
  expect([(await stat(location)).mtimeMs, await readFile(`${location}.json`, 'utf8')]).toEqual(before)
  const engine = engineFor(server, 'from_full_disk')
  expect(await restore({ engine, from: file(location), createDatabase: true })).toMatchObject({ rows: 20_000 })
})

test('a disk without room for the manifest alone leaves nothing either', async () => {
  const small = await databaseWith(server, 'CREATE TABLE items (id int)')
  // One page, which the script takes.
  const folder = await smallDisk('4k')
  const to = file(path.join(folder, 'shop.sql'))
  await expect(backup({ engine: engineFor(server, small), to })).rejects.toMatchObject({ code: 'DESTINATION.FULL' })
  await expectNothingLeft(server, folder)
})

test('a target server whose disk is full amid the rows: told, rolled back, and the table has its room again', async () => {
  const location = path.join(await tempFolder(), 'shop.sql')
  await backup({ engine: engineFor(server, database), to: file(location) })
  const disk = await smallDisk('12m', (await stat(server.dataDir)).uid)
  const parent = path.dirname(disk)
  await chmod(parent, (await stat(parent)).mode | 0o001)
  await server.query(`CREATE TABLESPACE small LOCATION '${disk}'`)
  await server.createDatabase('on_small_disk', 'TABLESPACE small')
  try {
    // Until then parts of the new database are in memory only.
    await server.query('CHECKPOINT')
    const { bavail } = await statfs(disk)
    await expect(restore({ engine: engineFor(server, 'on_small_disk'), from: file(location) })).rejects.toMatchObject({
      code: 'RESTORE.STATEMENT',
      message: expect.stringMatching(
        /^Line \d+: COPY "public"\."items" failed, everything was rolled back: could not extend file .*: No space left on device.*\(53100\)\.$/,
      ),
      hint: "the target server's disk is full: free space there",
    })
    const { rows } = await server.query("SELECT to_regclass('items') AS found", 'on_small_disk')
    expect(rows).toEqual([{ found: null }])
    expect((await statfs(disk)).bavail).toBeGreaterThan(bavail * 0.8)
  } finally {
    await server.query('DROP DATABASE on_small_disk WITH (FORCE)')
    await server.query('DROP TABLESPACE small')
  }
})
