import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, type TestServer } from './embedded.ts'
import { stockProgram } from './stock-clients.ts'

export interface PgBouncerOptions {
  /** When it takes a connection to the server back from a client: at the end of its transaction, or of its session. */
  readonly poolMode: 'transaction' | 'session'
  /** Connections to the server, for each database and user. */
  readonly poolSize: number
  /** Further settings of `[pgbouncer]`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface PgBouncer {
  readonly port: number
  url(database: string): string
  stop(): Promise<void>
}

/** Debian's PgBouncer in front of a server, on a free loopback port. It lets everybody in. */
export async function startPgBouncer(server: TestServer, options: PgBouncerOptions): Promise<PgBouncer> {
  const program = stockProgram('pgbouncer', 'pgbouncer')
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-pgbouncer-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: options.poolMode,
    default_pool_size: String(options.poolSize),
    ...options.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  const target = `* = host=127.0.0.1 port=${server.port} user=postgres`
  const file = path.join(folder, 'pgbouncer.ini')
  await writeFile(file, ['[databases]', target, '[pgbouncer]', ...lines, ''].join('\n'))
  // It refuses to serve as root.
  const user = process.getuid?.() === 0 ? ['--user=nobody'] : []
  const child = spawn(program, [...user, file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PgBouncer ended before it was ready:\n${log}`)))
    child.stderr.on('data', (chunk) => {
      log = (log + String(chunk)).slice(-20_000)
      if (log.includes('process up')) resolve()
    })
  })
  return {
    port,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    async stop() {
      process.off('exit', endWithUs)
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
