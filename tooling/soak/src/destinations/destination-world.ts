import {
  type FaultyHttpProxy,
  type ObjectService,
  type ServiceName,
  startFaultyHttpProxy,
  startObjectService,
  startServer,
  type TestServer,
} from '@pgark/test-servers'
import { connection } from '../connection.ts'
import { dumpDigest } from '../dump-digest.ts'
import { runPgark } from '../pgark-process.ts'
import type { DestinationPlan } from './destination-plan.ts'
import { destinationUrl } from './destination-url.ts'

/** What all runs share: a database, an object store behind a proxy, and how many requests each backup takes undisturbed. */
export interface DestinationWorld {
  readonly server: TestServer
  readonly service: ObjectService
  readonly proxy: FaultyHttpProxy
  /** Of the database that is backed up. */
  readonly digest: string
  readonly requests: Readonly<Record<DestinationPlan['format'], number>>
  end(): Promise<void>
}

/** Several parts or chunks of one table, and tables of one each. */
const source = `
  CREATE TABLE large AS SELECT n AS id, repeat(md5(n::text), 40) AS text FROM generate_series(1, 10000) n;
  ALTER TABLE large ADD PRIMARY KEY (id);
  CREATE TABLE empty (id int);
  DO $$ BEGIN FOR i IN 1..8 LOOP
    EXECUTE format('CREATE TABLE small_%s AS SELECT n, md5(n::text) FROM generate_series(1, %s) n', i, i * 50);
  END LOOP; END $$`

export async function createDestinationWorld(name: ServiceName): Promise<DestinationWorld> {
  const server = await startServer(17)
  const service = await startObjectService(name)
  const proxy = await startFaultyHttpProxy(service.endpoint)
  const end = async () => {
    await proxy.stop()
    await service.stop()
    await server.stop()
  }
  try {
    await server.createDatabase('source')
    await server.query(source, 'source')
    const requests: Partial<Record<DestinationPlan['format'], number>> = {}
    for (const format of ['directory', 'custom', 'plain'] as const) {
      const before = proxy.requests.length
      const ended = await runPgark(
        backupArguments(server, format, destinationUrl(service, `calm-${format}`, proxy.url)),
        {
          env: service.env,
        },
      )
      if (ended.code !== 0) throw new Error(`Without any fault a backup to ${name} failed: ${ended.stderr}`)
      requests[format] = proxy.requests.length - before
    }
    const digest = await dumpDigest(server.url('source'))
    return { server, service, proxy, digest, requests: requests as DestinationWorld['requests'], end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Not compressed, so that the large table is more than one part. */
export const backupArguments = (server: TestServer, format: string, to: string): string[] => [
  ...['backup', connection(server.port, 'source'), '--to', to, '--format', format, '--compress', 'none', '--json'],
  ...(format === 'directory' ? ['--jobs', '2'] : []),
]
