import pg from 'pg'
import { runUnprivileged, type StartOptions, startServer, type TestServer } from './embedded.ts'

/**
 * Starts a hot standby that streams from `primary`, of which it is a copy. Give it the settings of the primary that size shared
 * memory. Stop it first.
 */
export async function startStandby(primary: TestServer, options: StartOptions = {}): Promise<TestServer> {
  return await startServer(primary.major, {
    ...options,
    settings: { primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres`, ...options.settings },
    makeDataDir: (dataDir) => copyDataDir(primary, dataDir),
  })
}

/**
 * A base backup by hand: the embedded servers come without pg_basebackup.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
async function copyDataDir(primary: TestServer, dataDir: string): Promise<void> {
  const [start, stop] =
    primary.major >= 15
      ? ["pg_backup_start('standby', true)", 'pg_backup_stop()']
      : ["pg_start_backup('standby', true, false)", 'pg_stop_backup(false)']
  const session = new pg.Client({ connectionString: primary.url() })
  await session.connect()
  try {
    await session.query(`SELECT ${start}`)
    await runUnprivileged('cp', ['-a', primary.dataDir, dataDir])
    const { rows } = await session.query(`SELECT labelfile FROM ${stop}`)
    const finish = 'cd "$0"; printf %s "$1" >backup_label; touch standby.signal; rm postmaster.pid'
    await runUnprivileged('sh', ['-ec', finish, dataDir, rows[0].labelfile])
  } finally {
    await session.end()
  }
}
