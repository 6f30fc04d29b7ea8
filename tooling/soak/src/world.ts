import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  compareDatabases,
  type FaultyProxy,
  type Side,
  startFaultyProxy,
  startServer,
  type TestServer,
} from '@pgark/test-servers'
import { connection } from './connection.ts'
import { dumpDigest } from './dump-digest.ts'
import { offerTls } from './offer-tls.ts'
import { builtCommand, runPgark } from './pgark-process.ts'
import { type Ending, endings, type Plan } from './plan.ts'
import { canMountDisks } from './small-disk.ts'

/** How far a run goes when nothing happens. */
export interface Measure {
  readonly events: number
  readonly passed: Readonly<Record<Side, number>>
}

/** What all runs share: a server behind a proxy, the database that is backed up, backups of it, and how both ways go undisturbed. */
export interface World {
  /** What is put under faults. What checks it is always the built command. */
  readonly command: readonly string[]
  readonly server: TestServer
  readonly proxy: FaultyProxy
  readonly folder: string
  /** Of the database that is backed up, and of an empty one. */
  readonly digests: { readonly whole: string; readonly empty: string }
  readonly backups: Readonly<Record<Ending, string>>
  /** A backup of a much smaller database. */
  readonly smallBackup: string
  readonly measures: Readonly<Record<Plan['operation'], Measure>>
  readonly canMount: boolean
  end(): Promise<void>
}

/** Makes the world, and proves with stock pg_dump that without faults backup and restore are true. */
export async function createWorld(command: readonly string[] = builtCommand): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-soak-'))
  const server = await startServer(17)
  const proxy = await startFaultyProxy(server.port)
  const end = async () => {
    await proxy.stop()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await offerTls(server)
    await server.createDatabase('nothing')
    await server.createDatabase('small')
    await server.query('CREATE TABLE small AS SELECT 1 AS one', 'small')
    await server.createDatabase('source')
    await server.query(await readFile(new URL('source.sql', import.meta.url), 'utf8'), 'source')
    const digests = { whole: await dumpDigest(server.url('source')), empty: await dumpDigest(server.url('nothing')) }

    const to = (name: string) => path.join(folder, name)
    const smallBackup = to('small.sql')
    await measured(proxy, ['backup', connection(proxy.port, 'small'), '--to', smallBackup])
    const source = connection(proxy.port, 'source')
    const made: Partial<Record<Ending, string>> = {}
    for (const ending of endings.filter((each) => each !== '.sql')) {
      const isFolder = ending === ' directory'
      const target = to(isFolder ? 'base' : `base${ending}`)
      await measured(proxy, ['backup', source, '--to', target, ...(isFolder ? ['--format', 'directory'] : [])])
      made[ending] = isFolder ? path.join(target, await onlyId(target)) : target
    }
    const backups = { ...(made as Record<Ending, string>), '.sql': to('base.sql') }
    const backup = await measured(proxy, ['backup', source, '--to', backups['.sql']])

    await server.createDatabase('restored')
    const restore = await measured(proxy, ['restore', backups['.sql'], '--to', connection(proxy.port, 'restored')])
    const { differences } = await compareDatabases(server, 'source', 'restored')
    if (differences.length > 0 || (await dumpDigest(server.url('restored'))) !== digests.whole) {
      throw new Error(`Without any fault the restored database differs already. ${differences.join('; ')}`)
    }
    await mkdir(to('disk'))
    const canMount = await canMountDisks(to('disk'))
    return {
      command,
      server,
      proxy,
      folder,
      digests,
      backups,
      smallBackup,
      measures: { backup, restore },
      canMount,
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

async function onlyId(folder: string): Promise<string> {
  const manifest = (await readdir(folder)).find((name) => name.endsWith('.json')) ?? ''
  return manifest.slice(0, -'.json'.length)
}

async function measured(proxy: FaultyProxy, args: readonly string[]): Promise<Measure> {
  proxy.reset()
  const { code, events, stderr } = await runPgark([...args, '--json'])
  if (code !== 0) throw new Error(`Without any fault pgark ${args[0]} ended with ${code}: ${stderr}`)
  return { events: events.length, passed: { ...proxy.passed } }
}
