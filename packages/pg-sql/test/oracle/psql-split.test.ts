import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { startServer, stockClients, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readScript, SqlScriptError } from '../../src/index.ts'
import { listed } from '../read-all.ts'
import { holds } from '../seed.ts'
import { type RecordingProxy, recordingProxy } from './recording-proxy.ts'
import { scriptSalad, signSalad } from './script-salad.ts'

/** Blank lines outside of literals are nothing to psql, and a command of its own leaves one or none behind. */
const withoutBlankLines = (sql: string) => sql.replace(/\n+/g, '\n')

/** psql keeps a block comment before a statement with it, and all that follows that. */
function withoutLeadingComments(sql: string): string {
  let rest = sql
  for (;;) {
    rest = rest.replace(/^(?:[ \t\n\r\f]+|--[^\n\r]*)+/, '')
    if (!rest.startsWith('/*')) return rest
    let depth = 0
    let at = 0
    do {
      const pair = rest.slice(at, at + 2)
      if (pair === '/*') depth++
      else if (pair === '*/') depth--
      at += pair === '/*' || pair === '*/' ? 2 : 1
    } while (depth > 0 && at < rest.length)
    rest = rest.slice(at)
  }
}

interface Split {
  readonly statements: readonly { sql: string; data: string }[]
  /** How many of psql's own commands were run. */
  readonly echoed: number
}

/** `open` is the text from where a statement begins that the script does not end. */
async function splitByUs(script: string): Promise<Split & { open: string | undefined }> {
  const statements: { sql: string; data: string }[] = []
  let echoed = 0
  let open: string | undefined
  try {
    for await (const item of readScript(listed(script))) {
      if (item.type === 'meta' && item.text.startsWith('\\echo')) echoed++
      if (item.type !== 'statement' && item.type !== 'copy') continue
      const parts: Uint8Array[] = []
      if (item.type === 'copy') for await (const part of item.data) parts.push(part)
      const sql = withoutBlankLines(Buffer.from(item.sql).toString())
      statements.push({ sql, data: Buffer.concat(parts).toString() })
    }
  } catch (error) {
    if (!(error instanceof SqlScriptError && error.code === 'SCRIPT.UNTERMINATED')) throw error
    if (error.message.includes('statement')) open = Buffer.from(script).subarray(error.meta.offset).toString()
  }
  return { statements, echoed, open }
}

async function splitByPsql(psql: string, proxy: RecordingProxy, script: string): Promise<Split> {
  const session = proxy.nextSession()
  const child = spawn(psql, ['--no-psqlrc', '--quiet', '--output=/dev/null', '--file=-'], {
    env: {
      PATH: process.env.PATH,
      PGHOST: '127.0.0.1',
      PGPORT: String(proxy.port),
      PGUSER: 'postgres',
      PGDATABASE: 'postgres',
      PGSSLMODE: 'disable',
      PGGSSENCMODE: 'disable',
      PGCLIENTENCODING: 'UTF8',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.end(script)
  const [output, [code], sent] = await Promise.all([text(child.stdout), once(child, 'close'), session])
  expect(code).toBe(0)
  const statements = sent
    .map(({ sql, data }) => ({
      sql: withoutBlankLines(withoutLeadingComments(sql)),
      // Before 18 the line that ends the data is sent with it.
      data: data.replace(/^\\\.\r?\n$/m, ''),
    }))
    .filter(({ sql }) => sql !== '' && sql !== ';')
  return { statements, echoed: output.split('\n').length - 1 }
}

describe.each([17, 18] as const)('psql %i', (major) => {
  let server: TestServer
  let proxy: RecordingProxy
  beforeAll(async () => {
    server = await startServer(major)
    await server.query('CREATE TABLE t (a text); CREATE TABLE "t;" (a text)')
    proxy = await recordingProxy(server.port)
  })
  afterAll(async () => {
    await proxy.close()
    await server.stop()
  })

  test.each([
    ['statements, commands and COPY blocks', 300, scriptSalad],
    ['signs', 300, signSalad],
  ])('random %s are split as psql splits them on their way to a server', async (_, runs, scripts) => {
    const { psql } = stockClients(major)
    await holds(runs, scripts, async (script) => {
      const { statements, echoed, open } = await splitByUs(script)
      const theirs = await splitByPsql(psql, proxy, script)
      const expected = open === undefined ? statements : [...statements, { sql: expect.any(String), data: '' }]
      expect(theirs).toEqual({ statements: expected, echoed })
      if (open === undefined) return
      // What is left open psql sends as it is.
      const [firstLine = ''] = open.split(/[\n\\]/, 1)
      expect(theirs.statements.at(-1)?.sql.slice(0, firstLine.length)).toBe(firstLine)
    })
  })
})
