import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ShopServer, startShop } from '../shop-server.ts'

// The command in the application's folder, with the packages as they were built.

const example = path.join(import.meta.dirname, '../..')
const command = path.join(example, '../../packages/cli/dist/pgark.js')
let running: ShopServer
let folder: string
beforeAll(async () => {
  running = await startShop()
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-command-'))
})
afterAll(async () => {
  await running?.stop()
  await rm(folder, { recursive: true })
})

async function pgark(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    cwd: example,
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
  })
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...told }
}

test('backs up the database of the module, with names of entities, and tells migrations after a restore', async () => {
  const { server } = running
  const DATABASE_URL = server.url('shop')
  const orm = ['--typeorm', 'src/data-source.ts']
  const dump = path.join(folder, 'shop.dump')
  const others = ['--exclude-table-data', 'OrderLine', '--exclude-table-data', 'shop.migrations']
  const chosen = ['--where', "Order: region = '1'", ...others]
  const backup = await pgark(['backup', ...orm, '--to', dump, ...chosen], { DATABASE_URL })
  expect({ ...backup, stderr: backup.code === 0 ? '' : backup.stderr }).toMatchObject({ code: 0, stderr: '' })
  expect(backup.stdout + backup.stderr).toContain('options of src/data-source.ts')

  await server.createDatabase('copy')
  const restored = await pgark(['restore', dump, '--to', server.url('copy'), ...orm], { DATABASE_URL })
  expect({ code: restored.code, stderr: restored.code === 0 ? '' : restored.stderr }).toEqual({ code: 0, stderr: '' })
  expect(restored.stdout + restored.stderr).toContain('lacks 2 migrations (Shop1750000000000, Orders1760000000000)')
  expect(restored.stdout + restored.stderr).toContain('npx typeorm migration:run')
  const { rows } = await server.query('SELECT DISTINCT region FROM shop.orders', 'copy')
  expect(rows).toEqual([{ region: '1' }])
})

test('refuses a module that lacks its environment, and an unknown entity', async () => {
  const orm = ['--typeorm', 'src/data-source.ts', '--to', path.join(folder, 'never.dump')]
  const missing = await pgark(['backup', ...orm], {})
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('DATABASE_URL is not set') })
  const unknown = await pgark(['backup', ...orm, '--table', 'Custmer'], { DATABASE_URL: 'postgres://a@127.0.0.1:1/b' })
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no model Custmer\.\s+hint: did you mean Customer\?/),
  })
})
