import { startServer, stockClients } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { tlsRoundTrip } from '../connection/tls-round-trip.ts'

test('over TLS, verified, with a pg_dump of this machine', async () => {
  const server = await startServer(15)
  onTestFinished(() => server.stop())
  expect(await tlsRoundTrip(server, { pgDump: stockClients(15).pgDump })).toEqual({ rows: 50_000, differences: [] })
})
