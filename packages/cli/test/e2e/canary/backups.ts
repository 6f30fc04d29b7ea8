import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { startFaultyProxy, type TestServer } from '@pgark/test-servers'
import { type Act, type Scenario, type Stage, secrets, source } from './scenario.ts'

const to = ['--to', 'a.sql', '--lock-timeout', '1s']
const backup = ({ url }: Stage, ...more: string[]): Act => ({ args: ['backup', url(source), ...to, ...more] })

/** Holds the backup where pg_dump reads the event triggers, which nothing else of ours does, and acts then. */
async function amidBackup(
  stage: Stage,
  act: (backends: number[]) => Promise<unknown>,
  backedUp = stage.server,
): Promise<Act> {
  const blocker = await stage.session(source)
  await blocker.query('BEGIN; LOCK TABLE pg_event_trigger')
  const observer = await stage.session(source, backedUp)
  // A standby takes the lock over from its primary, once that has written down that it has it.
  if (backedUp !== stage.server) await stage.server.query('SELECT pg_switch_wal()')
  const locked = "SELECT FROM pg_locks WHERE relation = 'pg_event_trigger'::regclass AND mode = 'AccessExclusiveLock'"
  while (!(await observer.query(locked)).rowCount);
  return {
    args: ['backup', stage.url(source, backedUp), '--to', 'a.sql', '--lock-timeout', '10m'],
    async meanwhile(hasEnded) {
      const waiting = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND application_name = 'pgark'`
      while (!(await observer.query(waiting)).rowCount) if (hasEnded()) return
      const { rows } = await observer.query(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgark' ORDER BY backend_start",
      )
      await act(rows.map(({ pid }) => pid))
    },
  }
}

const timeouts = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
]

/** Ends a server as its administrator would, sessions included. https://www.postgresql.org/docs/current/server-shutdown.html */
async function shutDown({ dataDir }: TestServer): Promise<void> {
  const lockFile = path.join(dataDir, 'postmaster.pid')
  process.kill(Number.parseInt(await readFile(lockFile, 'utf8'), 10), 'SIGINT')
  while (existsSync(lockFile)) await new Promise((resolve) => setImmediate(resolve))
}

/** Backups that fail, or that must not. */
export const backups: Scenario[] = [
  {
    name: 'nothing at all',
    exitCode: 0,
    says: /20,?000/,
    leaves: ['a.sql', 'a.sql.json'],
    prepare: (stage) => backup(stage),
  },
  {
    name: 'a folder of backups',
    exitCode: 0,
    says: /20,?000/,
    leaves: ['backups'],
    prepare: ({ url }) => ({ args: ['backup', url(source), '--to', 'backups'] }),
  },
  {
    name: 'a folder whose files cannot grow amid the rows',
    exitCode: 1,
    says: /DESTINATION\.FULL/,
    leaves: ['backups'],
    prepare: ({ url }) => ({
      args: ['backup', url(source), '--to', 'backups', '--compress', 'none'],
      maxFileBytes: 200_000,
    }),
  },
  {
    name: 'timeouts of role and database',
    exitCode: 0,
    says: /20,?000/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare(stage) {
      for (const timeout of timeouts) {
        await stage.server.query(`ALTER DATABASE ${source} SET ${timeout} = '5s'; ALTER ROLE app SET ${timeout} = '3s'`)
      }
      stage.after(() => stage.server.query(`ALTER DATABASE ${source} RESET ALL; ALTER ROLE app RESET ALL`))
      return backup(stage)
    },
  },
  {
    name: 'timeouts of the URL',
    exitCode: 0,
    says: /20,?000/,
    leaves: ['a.sql', 'a.sql.json'],
    prepare({ url }) {
      const options = timeouts.map((name) => `-c ${name}=2s`).join(' ')
      return { args: ['backup', `${url(source)}?options=${encodeURIComponent(options)}`, ...to] }
    },
  },
  {
    name: 'a connection that falls silent amid the rows',
    exitCode: 1,
    says: /ENGINE\.TIMEOUT/,
    async prepare(stage) {
      const proxy = await startFaultyProxy(stage.server.port)
      stage.after(() => proxy.stop())
      // Behind the definitions, before the last row.
      proxy.when('server', 400_000, () => proxy.stall())
      return {
        args: ['backup', stage.url(source, proxy), '--to', 'a.sql', '--idle-timeout', '1s', '--connect-timeout', '1s'],
      }
    },
  },
  {
    name: 'a table that the role cannot read',
    exitCode: 1,
    says: /cards/,
    prepare: (stage) => ({ args: ['backup', stage.url(source).replace('//app:', '//stranger:'), ...to] }),
  },
  {
    name: 'a large object that the role cannot read',
    exitCode: 1,
    says: /ENGINE\.UNREADABLE.*large object.*\b4711\b/,
    async prepare(stage) {
      const large = `GRANT SELECT ON cards, totals TO stranger; SELECT lo_from_bytea(4711, '${secrets.row}')`
      await stage.server.query(large, source)
      const undo = 'REVOKE SELECT ON cards, totals FROM stranger; SELECT lo_unlink(4711)'
      stage.after(() => stage.server.query(undo, source))
      return { args: ['backup', stage.url(source).replace('//app:', '//stranger:'), ...to] }
    },
  },
  {
    name: 'rows that a policy hides',
    exitCode: 1,
    says: /cards/,
    async prepare(stage) {
      const policy = `GRANT SELECT ON cards, totals TO stranger; ALTER TABLE cards ENABLE ROW LEVEL SECURITY;
                      CREATE POLICY own ON cards USING (number <> '${secrets.row}')`
      await stage.server.query(policy, source)
      const undo =
        'DROP POLICY own ON cards; ALTER TABLE cards DISABLE ROW LEVEL SECURITY; REVOKE SELECT ON cards, totals FROM stranger'
      stage.after(() => stage.server.query(undo, source))
      return { args: ['backup', stage.url(source).replace('//app:', '//stranger:'), ...to] }
    },
  },
  {
    name: 'a folder that is missing',
    exitCode: 1,
    says: /DESTINATION\.NOT_FOUND/,
    prepare: ({ url }) => ({ args: ['backup', url(source), '--to', 'none/a.sql'] }),
  },
  {
    name: 'a folder into which nobody may write',
    exitCode: 1,
    says: /DESTINATION\.PERMISSION/,
    // No file can be made there, not even by root.
    prepare: ({ url }) => ({ args: ['backup', url(source), '--to', '/sys/a.sql'] }),
  },
  {
    name: 'a path that is a folder',
    exitCode: 1,
    says: /DESTINATION\.IS_FOLDER/,
    leaves: ['a.sql'],
    async prepare(stage) {
      await mkdir(path.join(stage.cwd, 'a.sql'))
      return backup(stage)
    },
  },
  {
    name: 'a file that cannot grow amid the rows',
    exitCode: 1,
    says: /DESTINATION\.FULL/,
    prepare: (stage) => ({ ...backup(stage), maxFileBytes: 200_000 }),
  },
  {
    name: 'a manifest for which there is no room',
    exitCode: 1,
    says: /DESTINATION\.FULL/,
    prepare: (stage) => ({
      ...backup(stage, '--schema-only', '--metadata', `long=${'x'.repeat(4000)}`),
      maxFileBytes: 4096,
    }),
  },
  ...(['that holds the snapshot', 'that reads rows', 'of pg_dump'] as const).map(
    (which, index): Scenario => ({
      name: `a backend that is terminated: the one ${which}`,
      exitCode: 1,
      says: /ENGINE\.CONNECTION_LOST/,
      prepare: (stage) =>
        amidBackup(stage, (backends) => stage.server.query(`SELECT pg_terminate_backend(${backends[index]})`)),
    }),
  ),
  {
    name: 'a server that is stopped',
    exitCode: 1,
    says: /ENGINE\.CONNECTION_LOST/,
    prepare: (stage) =>
      amidBackup(stage, async () => {
        await shutDown(stage.server)
        await stage.server.restart()
      }),
  },
  {
    name: 'a server that crashes and comes back',
    exitCode: 1,
    says: /ENGINE\.CONNECTION_LOST/,
    prepare: (stage) =>
      amidBackup(stage, async () => {
        await stage.server.crash()
        await stage.server.restart()
      }),
  },
  {
    name: 'a standby whose primary changes what is being read',
    exitCode: 1,
    says: /conflict with recovery/,
    async prepare(stage) {
      const standby = await stage.standby()
      const change = () => stage.server.query('BEGIN; LOCK TABLE cards; COMMIT', source)
      return await amidBackup(stage, change, standby)
    },
  },
  {
    name: 'a standby that is promoted',
    exitCode: 0,
    says: /20,?000/,
    leaves: ['a.sql', 'a.sql.json'],
    async prepare(stage) {
      const standby = await stage.standby()
      return await amidBackup(stage, () => standby.query('SELECT pg_promote()'), standby)
    },
  },
  ...['TRUNCATE cards', 'ALTER TABLE cards ADD more int', 'DROP TABLE cards CASCADE'].map(
    (sql): Scenario => ({
      name: `${sql} in another session`,
      exitCode: 1,
      says: /ENGINE\.LOCKED.*public\.cards.*holds ACCESS EXCLUSIVE/,
      async prepare(stage) {
        const other = await stage.session(source)
        await other.query(`BEGIN; UPDATE cards SET number = '${secrets.row}' WHERE id = 1; ${sql} /* ${secrets.row} */`)
        return backup(stage)
      },
    }),
  ),
  {
    name: 'REFRESH in another session',
    exitCode: 1,
    says: /ENGINE\.LOCKED.*public\.totals.*holds ACCESS EXCLUSIVE/,
    async prepare(stage) {
      await (await stage.session(source)).query('BEGIN; REFRESH MATERIALIZED VIEW totals')
      return backup(stage)
    },
  },
  {
    name: 'VACUUM FULL in another session, held up by a reader',
    exitCode: 1,
    says: /ENGINE\.LOCKED.*public\.cards.*waits for ACCESS EXCLUSIVE/,
    async prepare(stage) {
      const reader = await stage.session(source)
      await reader.query('BEGIN; SELECT FROM cards LIMIT 1')
      const other = await stage.session(source)
      const vacuum = other.query('VACUUM FULL cards').catch(() => {})
      while (!(await reader.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount);
      stage.after(async () => {
        await reader.query('ROLLBACK')
        await vacuum
      })
      return backup(stage)
    },
  },
]
