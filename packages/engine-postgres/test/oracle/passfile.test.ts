import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { configure, startServer, stockClients, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookUpPassword } from '../../src/connection/passfile.ts'
import { tempFolder } from '../snapshot/run-backup.ts'

// psql is asked which password it finds: the server takes the right one only, so that the right one stands in the line in question.
const database = String.raw`a:b\c`
const user = String.raw`u:*\s`
const right = String.raw`pa:ss\w*`

let server: TestServer
beforeAll(async () => {
  server = await startServer(17)
  await server.query(`CREATE ROLE "${user}" SUPERUSER LOGIN PASSWORD '${right}'`)
  await server.createDatabase(database)
  await configure(server, { hba: [`host all "${user}" all scram-sha-256`, `local all "${user}" scram-sha-256`] })
})
afterAll(() => server.stop())

const escaped = (field: string) => field.replaceAll(/[:\\]/g, String.raw`\$&`)
const d = escaped(database)
const u = escaped(user)
const p = escaped(right)

/** `PORT` stands for the server's. */
const files: Record<string, string> = {
  'everything named': `localhost:PORT:${d}:${u}:${p}`,
  'everything of any kind': `*:*:*:*:${p}`,
  'the first that fits': `*:*:*:*:wrong\nlocalhost:PORT:${d}:${u}:${p}`,
  'the first that fits, and is right': `localhost:PORT:${d}:${u}:${p}\n*:*:*:*:wrong`,
  'another port': `localhost:1:*:*:${p}`,
  'another host': `127.0.0.1:*:*:*:${p}`,
  'a name that is not escaped': `*:*:${database}:*:${p}`,
  'a star that is escaped is itself': String.raw`*:*:*:u\:\*\\s:` + p,
  'an escaped star alone is no wildcard': String.raw`\*:*:*:*:` + p,
  'a star in a name is no wildcard': `local*:*:*:*:${p}`,
  'a password that is not escaped ends at its colon': `*:*:*:*:${right}`,
  'a password with more fields behind it': `*:*:*:*:${p}:more`,
  'a backslash before any letter': `*:*:*:*:${p.replace('ss', String.raw`\s\s`)}`,
  'a backslash at the end of the line': `*:*:*:*:${p}\\`,
  'a comment': `#*:*:*:*:wrong\n*:*:*:*:${p}`,
  'what is no comment': ` #x\n  \n\n*:*:*:*:${p}`,
  'a blank before the line': ` *:*:*:*:${p}`,
  'a blank after it': `*:*:*:*:${p} `,
  'a carriage return at the end': `*:*:*:*:${p}\r\n`,
  'two carriage returns at the end': `*:*:*:*:${p}\r\r\n`,
  'no password': `*:*:*:*:\n*:*:*:*:${p}`,
  'no field for one': `*:*:*:*\n*:*:*:*:${p}`,
  'too few fields': `*:*:*\n*:*:*:*:${p}`,
  'empty fields': `:::: \n*:*:*:*:${p}`,
  'capital letters': `LOCALHOST:*:*:*:${p}`,
  'the last line without its end': `localhost:PORT:x:y:wrong\n*:*:*:*:${p}`,
  'a byte order mark': `\uFEFF*:*:*:*:${p}`,
  'a very long line before': `*:*:x${'y'.repeat(20_000)}:*:wrong\n*:*:*:*:${p}`,
  'a carriage return within': `*:*:*:*:wrong\r*:*:*:*:${p}`,
}

const connection = (host: string) => ({ PGHOST: host, PGPORT: String(server.port), PGUSER: user, PGDATABASE: database })

/** Whether the server lets psql in with what it finds in the file. */
async function psqlComesIn(passfile: string, host: string): Promise<boolean> {
  const child = spawn(stockClients(17).psql, ['--no-psqlrc', '--no-password', '--command=SELECT 1'], {
    env: {
      PATH: process.env.PATH,
      HOME: path.dirname(passfile),
      PGPASSFILE: passfile,
      PGSSLMODE: 'disable',
      ...connection(host),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code !== 0 && !/password/.test(stderr)) throw new Error(stderr)
  return code === 0
}

test.each(Object.entries(files))('%s: the password that psql finds, or none', async (_, lines) => {
  const passfile = path.join(await tempFolder(), 'pgpass')
  await writeFile(passfile, lines.replaceAll('PORT', String(server.port)), { mode: 0o600 })
  const question = { server: { host: 'localhost', port: server.port }, database, user }
  const { password } = await lookUpPassword(passfile, question)
  expect(password === right).toBe(await psqlComesIn(passfile, 'localhost'))
})
