import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks } from '../../../../tooling/docs-check/blocks.ts'

// The guide of docs/ is followed to the letter: its config file, then its commands, one after the other.

const root = path.join(import.meta.dirname, '../../../..')
const local = 'postgres://me@localhost/shop_development'
let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(await readFile(path.join(import.meta.dirname, 'shop.sql'), 'utf8'), 'shop')
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-guide-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

async function pgark(line: string) {
  const args = line.split(' ').map((word) => (word === local ? server.url('shop_development') : word))
  const command = path.join(root, 'packages/cli/dist/pgark.js')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args.slice(1)], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', DATABASE_URL: server.url('shop') },
  })
  let stderr = ''
  child.stdout.resume()
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { line, code, stderr }
}

test('a development database from production', async () => {
  const guide = await readFile(path.join(root, 'docs/development-database.md'), 'utf8')
  const [config] = blocks(guide, 'ts')
  const file = path.join(folder, 'pgark.config.ts')
  const text = config?.code.trimStart() ?? ''

  // The refusal that the guide shows is what is told without the filter for payments.
  await writeFile(file, text.replace(/^ +payments: .*\n/m, ''))
  const refused = await pgark('pgark run development --dry-run')
  expect(refused.code).toBe(2)
  const [shown] = blocks(guide, 'text')
  const withoutNumber = (told: string) => told.trim().replace(/[\d,]+ rows/, 'some rows')
  expect(withoutNumber(refused.stderr)).toContain(withoutNumber(shown?.code ?? ''))

  await writeFile(file, text)
  const lines = blocks(guide, 'sh').flatMap(({ code }) => code.split('\n').filter((line) => line.startsWith('pgark ')))
  expect(lines).toHaveLength(6)
  for (const line of lines) {
    const { code, stderr } = await pgark(line)
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
  }

  const { rows } = await server.query(
    `SELECT (SELECT count(*) FROM development.users)::int AS users, (SELECT count(*) FROM development.orders)::int AS orders,
            (SELECT count(*) FROM development.payments)::int AS payments, (SELECT count(*) FROM development.audit_log)::int AS audit`,
    'shop_development',
  )
  const source = await server.query(
    `SELECT count(DISTINCT o.id)::int AS orders, count(*)::int AS payments
     FROM production.users u JOIN production.orders o ON o.user_id = u.id JOIN production.payments p ON p.order_id = o.id
     WHERE is_test AND created_at > now() - interval '30 days'`,
    'shop',
  )
  expect(rows).toEqual([{ users: 20, ...source.rows[0], audit: 0 }])
})
