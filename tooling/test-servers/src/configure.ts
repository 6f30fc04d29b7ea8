import { chown, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestServer } from './embedded.ts'

export interface ServerConfiguration {
  /** Lines of pg_hba.conf, after the ones that let `postgres` in from anywhere, without a password. */
  readonly hba?: readonly string[]
  readonly settings?: Readonly<Record<string, string>>
  /** Files for the data directory, such as certificates; only the server may read them. */
  readonly files?: Readonly<Record<string, string>>
}

/** Changes a running server's files and settings, and resolves when new connections are served by them. */
export async function configure(server: TestServer, configuration: ServerConfiguration): Promise<void> {
  const { uid, gid } = await stat(server.dataDir)
  const write = async (name: string, text: string) => {
    const file = path.join(server.dataDir, name)
    await writeFile(file, text, { mode: 0o600 })
    await chown(file, uid, gid)
  }
  for (const [name, text] of Object.entries(configuration.files ?? {})) await write(name, text)
  if (configuration.hba) {
    const superuser = ['local all postgres trust', 'host all postgres all trust']
    await write('pg_hba.conf', `${[...superuser, ...configuration.hba].join('\n')}\n`)
  }
  for (const [name, value] of Object.entries(configuration.settings ?? {})) {
    await server.query(`ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}'`)
  }
  const loadedAt = async () => (await server.query('SELECT pg_conf_load_time()::text AS time')).rows[0].time
  const before = await loadedAt()
  await server.query('SELECT pg_reload_conf()')
  // A new process has the time at which the one that made it read its files.
  while ((await loadedAt()) === before);
}
