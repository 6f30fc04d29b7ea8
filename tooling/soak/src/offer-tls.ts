import { execFile } from 'node:child_process'
import { chmod, chown, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestServer } from '@pgark/test-servers'

/** Gives a server a certificate of its own, and TLS to whoever asks for it. */
export async function offerTls(server: TestServer): Promise<void> {
  const [key, certificate] = ['server.key', 'server.crt'].map((name) => path.join(server.dataDir, name)) as [
    string,
    string,
  ]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
  await promisify(execFile)('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', certificate])
  const { uid, gid } = await stat(server.dataDir)
  for (const file of [key, certificate]) {
    await chown(file, uid, gid)
    // The server refuses a key that others can read.
    await chmod(file, 0o600)
  }
  await server.query('ALTER SYSTEM SET ssl = on')
  await server.query('SELECT pg_reload_conf()')
  const isOn = async () => (await server.query('SHOW ssl')).rows[0].ssl === 'on'
  while (!(await isOn()));
}
