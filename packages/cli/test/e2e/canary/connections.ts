import { once } from 'node:events'
import { createServer } from 'node:http'
import { type Scenario, secrets, source } from './scenario.ts'

const backupOf = (url: string) => ({ args: ['backup', url, '--to', 'a.sql'] })

/** Connections that are not made. */
export const connections: Scenario[] = [
  {
    name: 'nothing listens there',
    exitCode: 1,
    says: /ENGINE\.CONNECT.*127\.0\.0\.1:1\b/,
    prepare: () => backupOf(`postgres://app:${secrets.password}@127.0.0.1:1/shop`),
  },
  {
    name: 'a wrong password',
    exitCode: 1,
    says: /ENGINE\.CONNECT/,
    prepare: ({ url }) => backupOf(url(source).replace(secrets.password, `${secrets.password}-wrong`)),
  },
  {
    name: 'an unknown database',
    exitCode: 1,
    says: /ENGINE\.CONNECT.*no such database/,
    prepare: ({ url }) => backupOf(url('nowhere')),
  },
  {
    name: 'TLS that the server does not offer',
    exitCode: 1,
    says: /ENGINE\.CONNECT.*TLS/,
    prepare: ({ url }) => backupOf(`${url(source)}?sslmode=verify-full`),
  },
  {
    name: 'a port that speaks HTTP',
    exitCode: 1,
    says: /ENGINE\.CONNECT/,
    async prepare({ after }) {
      const web = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
      await once(web, 'listening')
      after(async () => {
        web.closeAllConnections()
        web.close()
      })
      const { port } = web.address() as { port: number }
      return backupOf(`postgres://app:${secrets.password}@127.0.0.1:${port}/shop`)
    },
  },
]
