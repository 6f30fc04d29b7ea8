import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { configure, type StartOptions, startServer, startStandby, type TestServer } from '@pgark/test-servers'
import pg from 'pg'
import { pgark } from '../support/run-pgark.ts'
import { type Stage, secrets, source, sourceSql } from './scenario.ts'

/** A server that lets `app`, a superuser, and `stranger` in with the secret password only. */
export async function guardedServer(options?: StartOptions): Promise<TestServer> {
  const server = await startServer(17, options)
  await server.query(`CREATE ROLE app SUPERUSER LOGIN PASSWORD '${secrets.password}'`)
  const rules = path.join(server.dataDir, 'pg_hba.conf')
  const guard = 'host all app,stranger 127.0.0.1/32 scram-sha-256\n'
  await writeFile(rules, guard + (await readFile(rules, 'utf8')))
  await server.query('SELECT pg_reload_conf()')
  // Sessions from now on follow the rules; those that began before the signal was heard do not.
  while (await isLetIn(server));
  return server
}

async function isLetIn(server: TestServer): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'app',
    password: 'wrong',
    database: 'postgres',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** The server with the database that is backed up. */
export async function sourceServer(): Promise<TestServer> {
  const server = await guardedServer()
  await server.createDatabase(source)
  await server.query(sourceSql, source)
  return server
}

let made = 0

/** A stage, and how to clear it away. */
export async function openStage(server: TestServer): Promise<{ stage: Stage; close(): Promise<void> }> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'pgark-canary-'))
  await chmod(cwd, 0o700)
  const undone: (() => Promise<unknown>)[] = []
  const after = (undo: () => Promise<unknown>) => void undone.unshift(undo)
  const stage: Stage = {
    server,
    cwd,
    after,
    url: (database, of = server) => `postgres://app:${secrets.password}@127.0.0.1:${of.port}/${database}`,
    async fullServer() {
      const full = await guardedServer({ maxFileBytes: 20 * 1024 * 1024 })
      after(() => full.stop())
      return full
    },
    async tlsServer({ certificate, key }) {
      const secured = await guardedServer()
      after(() => secured.stop())
      await configure(secured, {
        files: { 'server.crt': certificate, 'server.key': key },
        settings: { ssl: 'on' },
      })
      return secured
    },
    async standby() {
      const standby = await startStandby(server, { settings: { max_standby_streaming_delay: '0' } })
      after(() => standby.stop())
      return standby
    },
    async newDatabase(sql) {
      const name = `target${++made}`
      await server.createDatabase(name)
      if (sql) await server.query(sql, name)
      return name
    },
    async session(database = source, of = server) {
      const client = new pg.Client({ host: '127.0.0.1', port: of.port, user: 'postgres', database })
      client.on('error', () => {})
      await client.connect()
      after(() => client.end())
      return client
    },
    async file(name, content) {
      await writeFile(path.join(cwd, name), content)
      return name
    },
    async backup(name, flags = []) {
      const { code, stderr } = await pgark(['backup', stage.url(source), '--to', name, ...flags], { cwd })
      if (code !== 0) throw new Error(`the backup that the scenario needs failed: ${stderr}`)
    },
  }
  return {
    stage,
    async close() {
      for (const undo of undone) await undo()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}
