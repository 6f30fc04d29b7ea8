import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createListener } from 'node:net'
import { certificateAuthority } from '@pgark/test-servers'
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
    name: 'a certificate that nobody knows',
    exitCode: 1,
    says: /ENGINE\.CONNECT.*could not be verified/,
    async prepare(stage) {
      const authority = await certificateAuthority('stranger')
      const secured = await stage.tlsServer(await authority.issue({ name: 'db', for: ['127.0.0.1'] }))
      return backupOf(`${stage.url('postgres', secured)}?sslmode=verify-full`)
    },
  },
  {
    name: 'somebody who never says a word',
    exitCode: 1,
    says: /ENGINE\.CONNECT.*no answer within 1000 ms/,
    async prepare({ after, url }) {
      const silent = createListener(() => {}).listen(0, '127.0.0.1')
      await once(silent, 'listening')
      after(async () => void silent.close())
      const { args } = backupOf(url(source, silent.address() as AddressInfo))
      return { args: [...args, '--connect-timeout', '1s'] }
    },
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
