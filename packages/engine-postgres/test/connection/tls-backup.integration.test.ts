import { startServer } from '@pgark/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { tlsRoundTrip } from './tls-round-trip.ts'

test.each([13, 17, 18] as const)('PostgreSQL %s over TLS, verified, with the built-in pg_dump', async (major) => {
  const server = await startServer(major)
  onTestFinished(() => server.stop())
  expect(await tlsRoundTrip(server)).toEqual({ rows: 50_000, differences: [] })
})
