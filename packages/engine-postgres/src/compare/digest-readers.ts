import { quoteLiteral } from '@pgark/pg-sql'
import type pg from 'pg'
import type { Connector } from '../connection/connect.ts'
import { beginPinned } from '../connection/pinned-transaction.ts'
import { readServer } from '../connection/server.ts'
import { setRole } from '../connection/set-role.ts'
import { CopyKernel } from '../copy/copy-kernel.ts'
import { kernelSocket } from '../copy/kernel-socket.ts'
import { pinnedSettings, setLocal, verifySettings } from '../snapshot/pinned-settings.ts'

/** A connection that reads rows to digest them. Its transaction has the pinned settings. */
export interface DigestReader {
  readonly client: pg.Client
  readonly kernel: CopyKernel
}

/** Connections that see a database at one instant. */
export interface DigestReaders {
  /** At least one. */
  readonly readers: readonly [DigestReader, ...DigestReader[]]
  readonly serverVersionNum: number
  close(): Promise<void>
}

/** Opens so many of them, as that role where one is given, and closes them when the work is done. */
export async function withDigestReaders<T>(
  connector: Connector,
  count: number,
  { signal, role }: { readonly signal: AbortSignal; readonly role?: string | undefined },
  work: (readers: DigestReaders) => Promise<T>,
): Promise<T> {
  const readers = await openDigestReaders(connector, count, signal, role)
  try {
    return await work(readers)
  } finally {
    await readers.close()
  }
}

async function openDigestReaders(
  connector: Connector,
  count: number,
  signal: AbortSignal,
  role: string | undefined,
): Promise<DigestReaders> {
  const clients: pg.Client[] = []
  const open = async (): Promise<DigestReader> => {
    const kernel = new CopyKernel()
    const client = await connector.connect(signal, undefined, () => kernelSocket(kernel))
    clients.push(client)
    if (role !== undefined) await setRole(client, role)
    return { client, kernel }
  }
  const close = async () => void (await Promise.all(clients.map((client) => client.end())))
  const { lockTimeoutMs } = connector.options
  try {
    const first = await open()
    await beginPinned(first.client, lockTimeoutMs, 'REPEATABLE READ')
    const { versionNum } = await readServer(first.client)
    const settings = pinnedSettings(versionNum, lockTimeoutMs)
    await first.client.query(setLocal(settings))
    await verifySettings(first.client, settings)
    const { rows } = await first.client.query('SELECT pg_export_snapshot() AS id')
    const others: DigestReader[] = []
    while (others.length < count - 1) {
      const other = await open()
      const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT ${quoteLiteral(rows[0].id)}`
      await other.client.query(`${begin}; ${setLocal(settings)}`)
      await verifySettings(other.client, settings)
      others.push(other)
    }
    return { readers: [first, ...others], serverVersionNum: versionNum, close }
  } catch (error) {
    await close()
    throw error
  }
}
