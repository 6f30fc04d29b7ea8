import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { configOf, describeApplication, ormPlugin } from './support/orm-plugin.ts'
import { pgark } from './support/run-pgark.ts'
import { installPackage } from './support/vault-plugin.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-orm-packages-'))
  await describeApplication(configOf(cwd), {})
  return () => rm(cwd, { recursive: true })
})

const url = 'postgres://127.0.0.1:1/shop'
const estimate = (folder = cwd) => pgark(['estimate', '--prisma'], { cwd: folder, env: { APP_URL: url } })
const refused = (message: string, hint: string) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^USAGE.PLUGIN: ${message}.*\nhint: ${hint}`)),
})

test.each([
  [['--prisma'], 'prisma'],
  [['--typeorm', 'dist/data-source.js'], 'typeorm'],
])('%j without its package: what installs it', async (flags, name) => {
  const missing = `${name} needs the package @pgark/adapter-${name}, which is not installed\\.`
  const expected = refused(missing, `npm install @pgark/adapter-${name}\n$`)
  for (const args of [['backup', '--to', 'x.dump'], ['estimate'], ['doctor'], ['restore', 'x.dump', '--to', url]]) {
    expect(await pgark([...args, ...flags], { cwd })).toMatchObject(expected)
  }
})

test('it is found from the working directory upwards', async () => {
  await installPackage(cwd, '@pgark/adapter-prisma', ormPlugin())
  const folder = path.join(cwd, 'apps/shop')
  await mkdir(folder, { recursive: true })
  await describeApplication(configOf(folder), {})
  expect((await estimate(folder)).stderr).toContain('127.0.0.1:1/shop (from url of prisma.config.ts)\n')
})

const opens = (code: string) => `export const adapter = { specVersion: 1, name: 'prisma', open: () => (${code}) }`
const another = 'install another version of it'
test.each([
  ['throws while it is loaded', 'throw new Error("no weather")', 'cannot be loaded: no weather\\.', another],
  [
    'exports no adapter',
    'export const exporter = 1',
    'brings no adapter that pgark can use',
    'it must export one by the name adapter, with specVersion, name and open\\(\\)',
  ],
  [
    'is for another contract',
    ormPlugin().replaceAll('specVersion: 1', 'specVersion: 2'),
    'is for version 2 of the adapter contract',
    another,
  ],
  ['is for another ORM', ormPlugin('drizzle'), 'is for drizzle, not for prisma', 'npm install @pgark/adapter-prisma'],
  ['fails to open', opens('null.x'), 'cannot open --prisma: Cannot read properties of null', another],
  ['opens nothing', opens('undefined'), 'opened --prisma as something that pgark cannot use', another],
  ['opens what has no models', opens('{ specVersion: 1, connection() {} }'), 'opened --prisma as something', another],
])('a package that %s', async (_, code, message, hint) => {
  await installPackage(cwd, '@pgark/adapter-prisma', code)
  expect(await estimate()).toMatchObject(refused(`@pgark/adapter-prisma 1\\.2\\.3 ${message}`, hint))
})

test('one that fails to tell the connection', async () => {
  const broken = '{ specVersion: 1, name: "prisma", connection: () => null.x, models() {}, compile() {} }'
  await installPackage(cwd, '@pgark/adapter-prisma', opens(broken))
  expect(await estimate()).toMatchObject(
    refused('The adapter of prisma cannot tell the connection: Cannot read', another),
  )
})
