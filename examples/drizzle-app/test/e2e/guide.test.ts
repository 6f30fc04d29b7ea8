import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { file, restore } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
import { startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks } from '../../../../tooling/docs-check/blocks.ts'

// The guide of docs/ is this program; what it backs up is judged by SQL.

const example = path.join(import.meta.dirname, '../..')
let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startServer(17)
  await server.createDatabase('shop')
  await server.query(await readFile(path.join(import.meta.dirname, 'shop.sql'), 'utf8'), 'shop')
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-drizzle-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

test('the code of the guide is the program that is run here', async () => {
  const guide = await readFile(path.join(example, '../../docs/drizzle.md'), 'utf8')
  const [program] = blocks(guide, 'ts')
  expect(program?.code.trim()).toBe((await readFile(path.join(example, 'src/back-up.ts'), 'utf8')).trim())
})

test('the rows that a query of Drizzle finds are backed up, with everything that Drizzle hides', async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/back-up.ts'], {
    cwd: example,
    env: { PATH: process.env.PATH, DATABASE_URL: server.url('shop'), BACKUPS: folder },
  })
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  }
  const [code] = await once(child, 'close')
  expect({ code, stderr: told.stderr }).toEqual({ code: 0, stderr: '' })
  const [, id = ''] = /^(\S+): \d+ rows\n$/.exec(told.stdout) ?? []

  await server.createDatabase('restored')
  await restore({ engine: postgres(server.url('restored')), from: file(folder), id })
  const rowsOf = async (sql: string, database: string) => (await server.query(sql, database)).rows
  const orders = await rowsOf('SELECT * FROM shop.orders ORDER BY number', 'restored')
  expect(orders).toEqual(
    await rowsOf(
      `SELECT o.* FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
       WHERE status <> 'open' AND placed_at >= '2026-01-15T00:00:00Z' AND is_test ORDER BY number`,
      'shop',
    ),
  )
  expect(orders.length).toBeGreaterThan(10)
  expect(await rowsOf('SELECT * FROM shop.customers ORDER BY id', 'restored')).toEqual(
    await rowsOf('SELECT * FROM shop.customers WHERE is_test ORDER BY id', 'shop'),
  )
  expect(await rowsOf('SELECT hash FROM drizzle.__drizzle_migrations', 'restored')).toEqual([{ hash: '0000' }])
})
