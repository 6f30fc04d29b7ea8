import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup, type DoctorFinding, type DoctorOptions, doctor, file, restore } from '@pgark/core'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PostgresOptions } from '../../src/options.ts'
import { rejection } from '../restore/target.ts'
import {
  databaseWith,
  engineFor,
  openSession,
  tempFolder,
  untilNoConnection,
  untilSomeoneWaits,
} from '../snapshot/run-backup.ts'

const schema = `CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY, note text);
  INSERT INTO app.orders SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17, { settings: { max_prepared_transactions: '4', wal_level: 'logical' } })
  await server.query('CREATE ROLE reader LOGIN; CREATE ROLE plain LOGIN; GRANT pg_read_all_data TO reader')
})
afterAll(() => server.stop())

interface Examined {
  readonly ok: boolean
  /** `severity CODE`, in order. */
  readonly kinds: readonly string[]
  find(code: string): DoctorFinding | undefined
}

/** What doctor says of a database. Whatever it finds, it has a sentence and a remedy, and leaves no connection. */
async function examine(
  database: string,
  options: PostgresOptions = {},
  more: Omit<DoctorOptions, 'engine'> = {},
  on = server,
): Promise<Examined> {
  const { ok, findings } = await doctor({ engine: engineFor(on, database, options), ...more })
  for (const { message, hint } of findings) {
    expect(message).toMatch(/^[^\n]+[^\n ]$/)
    expect(hint).toMatch(/./)
  }
  await untilNoConnection(on)
  return {
    ok,
    kinds: findings.map(({ severity, code }) => `${severity} ${code}`),
    find: (code) => findings.find((finding) => finding.code === code),
  }
}

/** The oracle: what a backup ends with. */
const backupFails = async (database: string, options: PostgresOptions = {}) =>
  await rejection(
    backup({ engine: engineFor(server, database, options), to: file(path.join(await tempFolder(), 'x.sql')) }),
  )

describe('nothing to find', () => {
  test('a healthy database, destination and target: no errors, no warnings, nothing changed', async () => {
    const database = await databaseWith(server, schema)
    const copy = await databaseWith(server, 'SELECT 1')
    const folder = await tempFolder()
    const to = file(path.join(folder, 'shop.sql.zst'))
    const target = engineFor(server, copy)
    const found = await examine(database, { user: 'reader' }, { to, target })
    expect(found.kinds).toEqual([
      'info DOCTOR.DEFINITIONS',
      'info DOCTOR.ROLE',
      'info DOCTOR.SIZE',
      'info DOCTOR.DESTINATION',
      'info DOCTOR.TARGET',
    ])
    expect(found.ok).toBe(true)
    expect(found.find('DOCTOR.DEFINITIONS')?.message).toMatch(
      /^PostgreSQL 17\.\d+: pg_dump 17\.5 \(WASM\) is used for the definitions; it starts, and writes \d+ definitions\.$/,
    )
    expect(found.find('DOCTOR.ROLE')?.message).toBe(
      'The backup reads as the role reader, a member of pg_read_all_data.',
    )
    expect(found.find('DOCTOR.SIZE')?.message).toMatch(
      /^1 table, \d+ kB of .* about 0\.\d s, assuming 50\.0 MB a second\.$/,
    )
    expect(found.find('DOCTOR.DESTINATION')?.message).toMatch(/shop\.sql\.zst can be written, with .*B free\.$/)
    expect(await readdir(folder)).toEqual([])

    await backup({ engine: engineFor(server, database, { user: 'reader' }), to })
    await expect(restore({ engine: target, from: to })).resolves.toMatchObject({ rows: 1000, findings: [] })
  })

  test('a superuser', async () => {
    const found = await examine(await databaseWith(server, schema))
    expect(found.find('DOCTOR.ROLE')?.message).toContain('postgres, a superuser')
  })
})

describe('what the role cannot read', () => {
  test('tables, large objects, row-level security', async () => {
    const database = await databaseWith(
      server,
      `${schema}; SELECT lo_create(77); CREATE TABLE rules (x int); ALTER TABLE rules ENABLE ROW LEVEL SECURITY; GRANT SELECT ON rules TO plain`,
    )
    const found = await examine(database, { user: 'plain' }, { target: engineFor(server, 'postgres') })
    expect(found.ok).toBe(false)
    expect(found.kinds).toEqual([
      'info DOCTOR.DEFINITIONS',
      'info DOCTOR.ROLE',
      'error ENGINE.UNREADABLE',
      'error ENGINE.UNREADABLE',
      'error ENGINE.UNREADABLE',
      'error ENGINE.ROW_SECURITY',
      'info DOCTOR.SIZE',
      'warning DOCTOR.NOT_COMPARED',
    ])
    expect(found.find('DOCTOR.DEFINITIONS')?.message).toMatch(/it starts\.$/)
    const error = await backupFails(database, { user: 'plain' })
    for (const code of ['ENGINE.UNREADABLE', 'ENGINE.ROW_SECURITY'])
      expect((error as Error).message).toContain(found.find(code)?.message)

    const asSuperuser = await examine(database)
    expect(asSuperuser.ok).toBe(true)
    expect(asSuperuser.find('DOCTOR.ROW_SECURITY')).toMatchObject({
      severity: 'info',
      message: expect.stringMatching(/^1 table .* the role postgres/),
    })
  })
})

describe('what is in the way', () => {
  test('a lock that is held: an error once its holder is older than the patience of a backup', async () => {
    const database = await databaseWith(server, schema)
    const { client, pid } = await openSession(server, database)
    await client.query('BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE')
    const patient = await examine(database, { lockTimeoutMs: 3_600_000 })
    expect(patient).toMatchObject({ ok: true })
    expect(patient.find('ENGINE.LOCKED')).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(
        `^app.orders is locked: process ${pid} \\(user postgres, .*\\) holds ACCESS EXCLUSIVE, `,
      ),
      hint: expect.stringContaining(`pg_terminate_backend(${pid})`),
    })
    const isOlder = "SELECT FROM pg_stat_activity WHERE pid = $1 AND clock_timestamp() - xact_start > '2 ms'"
    const { client: observer } = await openSession(server)
    while (!(await observer.query(isOlder, [pid])).rowCount);
    const impatient = await examine(database, { lockTimeoutMs: 1 })
    expect(impatient.ok).toBe(false)
    expect(impatient.find('ENGINE.LOCKED')).toMatchObject({ severity: 'error' })
    expect(await backupFails(database, { lockTimeoutMs: 1 })).toMatchObject({ code: 'ENGINE.LOCKED' })
  })

  test('a lock that is waited for, and behind whom', async () => {
    const database = await databaseWith(server, schema)
    const reader = await openSession(server, database)
    await reader.client.query('BEGIN; SELECT count(*) FROM app.orders')
    const migration = await openSession(server, database)
    const done = migration.client.query('ALTER TABLE app.orders ADD COLUMN extra int')
    const { client: observer } = await openSession(server)
    expect(await untilSomeoneWaits(observer)).toBe(migration.pid)
    const found = await examine(database)
    expect(found.find('ENGINE.LOCKED')).toMatchObject({
      message: expect.stringMatching(
        `process ${migration.pid} \\(.*\\) waits for ACCESS EXCLUSIVE behind process ${reader.pid}, `,
      ),
      hint: expect.stringContaining(`pg_terminate_backend(${reader.pid})`),
    })
    await reader.client.query('ROLLBACK')
    await done
    expect((await examine(database)).find('ENGINE.LOCKED')).toBeUndefined()
  })

  test('a prepared transaction', async () => {
    const database = await databaseWith(server, schema)
    await server.query("BEGIN; TRUNCATE app.orders; PREPARE TRANSACTION 'forgotten'", database)
    const found = await examine(database)
    expect(found.find('ENGINE.LOCKED')).toMatchObject({
      message: expect.stringContaining('the prepared transaction forgotten holds ACCESS EXCLUSIVE'),
      hint: expect.stringContaining('ROLLBACK PREPARED'),
    })
    await server.query("ROLLBACK PREPARED 'forgotten'", database)
  })

  test('timeouts, by where they are set; none of them ends a backup', async () => {
    const database = await databaseWith(server, schema)
    await server.query(`ALTER DATABASE "${database}" SET statement_timeout = '7s'; ALTER DATABASE "${database}" SET transaction_timeout = '3s';
      ALTER ROLE plain SET lock_timeout = 5; ALTER ROLE plain IN DATABASE "${database}" SET transaction_timeout = '4s'`)
    const { ok, findings } = await doctor({ engine: engineFor(server, database, { user: 'plain' }) })
    expect(ok).toBe(false)
    const told = findings.filter(({ code }) => code === 'DOCTOR.TIMEOUT').map(({ message }) => message.split(';')[0])
    expect(told).toEqual([
      'lock_timeout is 5 ms, set on the role plain',
      `statement_timeout is 7000 ms, set on the database ${database}`,
      `transaction_timeout is 4000 ms, set on the role plain in the database ${database}`,
    ])
    await server.query('ALTER ROLE plain RESET ALL')
  })

  test('a standby that cancels what it reads', async () => {
    for (const [settings, kind] of [
      [{}, 'warning DOCTOR.STANDBY'],
      [{ hot_standby_feedback: 'on' }, 'info DOCTOR.STANDBY'],
      [{ max_standby_streaming_delay: '-1' }, 'info DOCTOR.STANDBY'],
    ] as const) {
      const standby = await startServer(16, { standby: true, settings })
      try {
        const { ok, kinds, find } = await examine('postgres', {}, {}, standby)
        expect(ok).toBe(true)
        expect(kinds).toContain(kind)
        expect(find('DOCTOR.STANDBY')?.message).toMatch(/max_standby_streaming_delay = .*hot_standby_feedback = /)
      } finally {
        await standby.stop()
      }
    }
  })
})

describe('definitions', () => {
  test('extensions with rows of the user', async () => {
    const database = await databaseWith(
      server,
      `CREATE EXTENSION hstore; CREATE TABLE settings (x int); ALTER EXTENSION hstore ADD TABLE settings;
       UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass::oid], extcondition = ARRAY[''] WHERE extname = 'hstore'`,
    )
    expect((await examine(database)).find('DOCTOR.EXTENSION_ROWS')).toMatchObject({
      severity: 'info',
      message: expect.stringContaining('The extension hstore has configuration tables (public.settings)'),
    })
  })

  test('what pg_dump leaves out', async () => {
    const database = await databaseWith(
      server,
      "CREATE SUBSCRIPTION far CONNECTION 'host=127.0.0.1 port=1' PUBLICATION x WITH (connect = false, slot_name = NONE)",
    )
    expect((await examine(database, { user: 'reader' })).find('ENGINE.PG_DUMP_WARNING')).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('subscriptions'),
    })
    await server.query('ALTER SUBSCRIPTION far DISABLE; DROP SUBSCRIPTION far', database)
  })

  test('a pg_dump that is not there, or does not start', async () => {
    const database = await databaseWith(server, schema)
    const folder = await tempFolder()
    const broken = path.join(folder, 'pg_dump')
    await writeFile(broken, '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 18.1" || exit 9\n')
    await chmod(broken, 0o755)
    for (const [pgDump, code] of [
      [path.join(folder, 'nothing'), 'ENGINE.PG_DUMP_UNAVAILABLE'],
      [broken, 'ENGINE.PG_DUMP'],
    ] as const) {
      const found = await examine(database, { pgDump })
      expect(found).toMatchObject({ ok: false })
      expect(found.kinds).toContain(`error ${code}`)
      expect(found.kinds).toContain('info DOCTOR.SIZE')
    }
  })
})

describe('destination and target', () => {
  test('a place that is not there, a file in the way, a folder that cannot be written', async () => {
    const database = await databaseWith(server, schema)
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'old.sql'), '')
    await mkdir(path.join(folder, 'file'))
    const examineTo = (name: string) => examine(database, {}, { to: file(path.join(folder, name)) })
    const missing = await examineTo('nowhere/shop.sql')
    expect(missing).toMatchObject({ ok: false })
    expect(missing.kinds.at(-1)).toBe('error DESTINATION.NOT_FOUND')
    const inTheWay = await examineTo('old.sql')
    expect(inTheWay.kinds.slice(-2)).toEqual(['warning REFUSED.EXISTS', 'info DOCTOR.DESTINATION'])
    // A folder of backups is made with the first of them, and not by looking.
    expect(await examineTo('backups')).toMatchObject({ ok: true })
    expect((await readdir(folder)).sort()).toEqual(['file', 'old.sql'])
  })

  test('a target that lacks what a restore needs', async () => {
    const database = await databaseWith(server, `${schema}; CREATE ROLE gone; ALTER TABLE app.orders OWNER TO gone`)
    const older = await startServer(14)
    try {
      await older.query('CREATE SCHEMA app')
      const found = await examine(database, {}, { target: engineFor(older, 'postgres') })
      expect(found.ok).toBe(false)
      expect(found.kinds.slice(-3)).toEqual([
        'warning RESTORE.OLDER_SERVER',
        'error REFUSED.ROLE',
        'error REFUSED.EXISTS',
      ])
    } finally {
      await older.stop()
    }
  })

  test('a server that does not answer is a finding, and the rest is looked at nevertheless', async () => {
    const database = await databaseWith(server, schema)
    const nobody = engineFor(server, 'postgres', { port: 1 })
    const to = file(path.join(await tempFolder(), 'x.sql'))
    const unreachable = await doctor({ engine: nobody, to })
    expect(unreachable.findings.map(({ subject, code }) => `${subject} ${code}`)).toEqual([
      'database ENGINE.CONNECT',
      'destination DOCTOR.DESTINATION',
    ])
    const noTarget = await doctor({ engine: engineFor(server, database), target: nobody })
    expect(noTarget.ok).toBe(false)
    expect(noTarget.findings.at(-1)).toMatchObject({ subject: 'target', code: 'ENGINE.CONNECT' })
  })

  test('an abort is no finding', async () => {
    const reason = new Error('enough')
    const run = doctor({ engine: engineFor(server, 'postgres'), signal: AbortSignal.abort(reason) })
    expect(await rejection(run)).toBe(reason)
  })
})
