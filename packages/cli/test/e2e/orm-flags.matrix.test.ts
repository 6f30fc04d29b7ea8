import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { configOf, describeApplication, ormPlugin } from './support/orm-plugin.ts'
import { pgark } from './support/run-pgark.ts'
import { installPackage } from './support/vault-plugin.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'pgark-orm-flags-'))
  await installPackage(cwd, '@pgark/adapter-prisma', ormPlugin())
  await describeApplication(configOf(cwd), {})
  return () => rm(cwd, { recursive: true })
})

const run = (args: string[], env: Record<string, string> = {}) => pgark(args, { cwd, env })
const telling = (...texts: string[]) => ({
  code: 2,
  stdout: '',
  stderr: texts.map((text) => `USAGE.OPTIONS: ${text}\n`).join(''),
})
const aboutPrisma =
  '--prisma is followed by what is no config file.\nhint: a database goes before --prisma, and what has no usual name of a config file is --prisma=./path'
const aboutTypeorm =
  '--typeorm is followed by what is no module.\nhint: name the compiled module with the DataSource, for example --typeorm dist/data-source.js'

test('everything that is wrong is told at once, and what may be a password is not repeated', async () => {
  const both = ['--prisma', 'postgres://app:secret@db/shop.ts', '--typeorm', 'dist']
  const wrong = telling('--prisma and --typeorm exclude each other.', aboutPrisma, aboutTypeorm)
  const jobs = 'USAGE.OPTIONS: Expected --jobs to be a whole number, got x.\n'
  expect(await run(['backup', '--to', 'x.dump', '--jobs', 'x', ...both])).toEqual({
    ...wrong,
    stderr: jobs + wrong.stderr,
  })
  expect(await run(['estimate', ...both])).toEqual(wrong)
  expect(await run(['doctor', ...both])).toEqual(wrong)
  expect(await run(['restore', 'x.dump', '--to', 'postgres://127.0.0.1:1/x', ...both])).toEqual(wrong)
})

test('a database after --prisma is not taken for its config, nor a folder', async () => {
  const config = { databases: { shop: 'postgres://127.0.0.1:1/shop' } }
  await writeFile(path.join(cwd, 'pgark.config.json'), JSON.stringify(config))
  for (const value of ['shop', 'node_modules', '']) {
    expect(await run(['backup', '--dry-run', `--prisma=${value}`])).toEqual(telling(aboutPrisma))
  }
  const shop = await run(['backup', 'shop', '--prisma', '--dry-run'])
  expect(shop.stderr).toContain('/shop (from databases.shop of pgark.config.json, names by prisma)\n')
})

test('a second ORM is refused', async () => {
  const config = {
    databases: { shop: { prisma: true } },
    backups: { nightly: { database: 'shop', to: './backups' } },
  }
  await writeFile(path.join(cwd, 'pgark.config.json'), JSON.stringify(config))
  const twice = telling(
    'databases.shop of pgark.config.json has an ORM already, and there is --prisma.\nhint: leave --prisma out, or name the database otherwise',
  )
  for (const args of [
    ['backup', 'shop', '--dry-run'],
    ['run', 'nightly'],
    ['estimate', '--backup', 'nightly'],
  ]) {
    expect(await run([...args, '--prisma'])).toEqual(twice)
  }
})

test('what the adapter refuses is told in its words, with what else is wrong', async () => {
  const missing = 'There is no other.ts; schemas are elsewhere.\nhint: name one\n'
  const refused = { code: 2, stdout: '', stderr: `USAGE.ORM: ${missing}` }
  const target = ['--to', 'postgres://127.0.0.1:1/x']
  for (const args of [
    ['backup', '--dry-run'],
    ['validate', '--where', 'x: y'],
    ['restore', 'x.dump', ...target],
  ]) {
    expect(await run([...args, '--prisma', 'other.ts'])).toEqual(refused)
  }
  const unset = 'APP_URL of prisma.config.ts is not set.\nhint: set it\n'
  expect(await run(['backup', '--dry-run', '--prisma'])).toEqual({ ...refused, stderr: `USAGE.ORM: ${unset}` })
  const both = await run(['backup', '--to', 'x.dump', '--compress', 'none', '--jobs', '4', '--prisma'])
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining(`USAGE.OPTIONS: ${unset}`) })
  expect(both.stderr).toContain('--jobs')
})

test('what the application prints while it is loaded is no data', async () => {
  const printing = ormPlugin().replace('const found', "console.log('opened'); const found")
  await installPackage(cwd, '@pgark/adapter-prisma', printing)
  await writeFile(
    path.join(cwd, 'pgark.config.mjs'),
    `console.log('configured'); export default { databases: { shop: { prisma: true } } }`,
  )
  const { code, stdout, stderr } = await run(['config', '--json'], { APP_URL: 'postgres://127.0.0.1:1/shop' })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).values).toContainEqual(expect.objectContaining({ path: 'databases.shop', origin: 'orm' }))
  expect(stderr.split('\n')).toEqual(expect.arrayContaining(['configured', 'opened']))
})

test('a password in the URL of the ORM is not printed', async () => {
  const shop = await run(['estimate', '--prisma'], { APP_URL: 'postgres://app:secret@127.0.0.1:1/shop' })
  expect(shop.stderr).toContain('app@127.0.0.1:1/shop (from url of prisma.config.ts)\n')
  expect(shop.stderr).not.toContain('secret')
})
