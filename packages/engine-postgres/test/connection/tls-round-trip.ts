import path from 'node:path'
import { backup, file, restore } from '@pgark/core'
import {
  type Comparison,
  certificateAuthority,
  compareDatabases,
  configure,
  type TestServer,
} from '@pgark/test-servers'
import type { PostgresOptions } from '../../src/options.ts'
import { postgres } from '../../src/postgres.ts'
import { tempFolder } from '../snapshot/run-backup.ts'

/** Backs up and restores where there is no way in but TLS, with a password that only channel binding sends, and compares. */
export async function tlsRoundTrip(server: TestServer, options: PostgresOptions = {}): Promise<Comparison> {
  const authority = await certificateAuthority('pgark test root')
  const { certificate, key } = await authority.issue({ name: 'db', for: ['localhost'] })
  await server.query("SET password_encryption = 'scram-sha-256'; CREATE ROLE secured LOGIN SUPERUSER PASSWORD 'sesame'")
  await server.createDatabase('source')
  await server.query(
    `CREATE TYPE state AS ENUM ('new'); CREATE TABLE t (id int PRIMARY KEY, s state);
     INSERT INTO t SELECT n, 'new' FROM generate_series(1, 50000) n; CREATE VIEW v AS SELECT count(*) FROM t`,
    'source',
  )
  await configure(server, {
    hba: ['hostssl all secured all scram-sha-256'],
    files: { 'server.crt': certificate, 'server.key': key },
    settings: { ssl: 'on' },
  })
  const at = (database: string) =>
    postgres({
      host: 'localhost',
      port: server.port,
      user: 'secured',
      password: 'sesame',
      database,
      sslMode: 'verify-full',
      channelBinding: 'require',
      tls: { ca: authority.certificate },
      ...options,
    })
  const to = file(path.join(await tempFolder(), 'source.sql.zst'))
  await backup({ engine: at('source'), to })
  await restore({ engine: at('restored'), from: to, createDatabase: true })
  return await compareDatabases(server, 'source', 'restored')
}
