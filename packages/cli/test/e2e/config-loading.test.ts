import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { pgark } from './support/run-pgark.ts'
import { installPackage, vaultPlugin } from './support/vault-plugin.ts'

let cwd: string
beforeEach(async () => {
  cwd = await realpath(await mkdtemp(path.join(tmpdir(), 'pgark-loading-')))
  return () => rm(cwd, { recursive: true })
})

const put = async (name: string, text: string) => {
  await mkdir(path.dirname(path.join(cwd, name)), { recursive: true })
  await writeFile(path.join(cwd, name), text)
}
const config = async (args: string[] = [], env: Record<string, string> = {}, folder = cwd) =>
  pgark(['config', '--json', ...args], { cwd: folder, env })
interface Described {
  path: string
  value: unknown
  origin: string
  variables?: string[]
}
const described = async (...given: Parameters<typeof config>) => {
  const run = await config(...given)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const { file, values }: { file: string; values: Described[] } = JSON.parse(run.stdout)
  return { file: path.relative(cwd, file), value: (of: string) => values.find((each) => each.path === of) }
}
const refused = async (...expected: (string | RegExp)[]) => {
  const run = await config()
  expect(run).toMatchObject({ code: 2 })
  for (const text of expected) expect(run.stderr).toMatch(text)
  return run.stderr
}

describe('a config file is', () => {
  const body = "{ databases: { shop: 'host=db' } }"
  test.each([
    [
      'TypeScript',
      'pgark.config.ts',
      `const host: string = 'db'\nexport default { databases: { shop: \`host=\${host}\` } }`,
    ],
    [
      'TypeScript that asks for defineConfig',
      'pgark.config.mts',
      `import { defineConfig, type PgarkConfig } from 'pgark'\nconst c: PgarkConfig = ${body}\nexport default defineConfig(c)`,
    ],
    [
      'a function of the environment',
      'pgark.config.mjs',
      'export default async ({ env }) => ({ databases: { shop: "host=" + env.DB } })',
    ],
    [
      'an ES module by its syntax',
      'pgark.config.js',
      `import { defineConfig } from 'pgark'\nexport default defineConfig(${body})`,
    ],
    [
      'a CommonJS module',
      'pgark.config.js',
      `const { defineConfig } = require('pgark')\nmodule.exports = defineConfig(${body})`,
    ],
    ['JSON', 'pgark.config.json', '{ "databases": { "shop": "host=db" } }'],
    [
      'TypeScript that Node does not strip',
      'pgark.config.ts',
      `import { defineConfig } from 'pgark'\nenum Host { Db = 'db' }\nexport default defineConfig({ databases: { shop: \`host=\${Host.Db}\` } })`,
    ],
  ])('%s', async (_, name, text) => {
    await put(name, text)
    const { file, value } = await described([], { DB: 'db' })
    expect(file).toBe(name)
    expect(value('databases.shop')).toMatchObject({ value: 'host=db' })
  })

  test('split over several files, as bundlers would have it', async () => {
    await put(
      'pgark.config.ts',
      `import { Settings, host } from './settings'\nexport default { databases: { shop: host as Settings } }`,
    )
    await put('settings.ts', `export type Settings = string\nexport const host = 'host=db'`)
    expect((await described()).value('databases.shop')).toMatchObject({ value: 'host=db' })
  })

  test('one that imports the pgark that is installed beside it', async () => {
    await put(
      'pgark.config.ts',
      `import { main } from 'pgark'\nexport default { databases: { shop: \`host=\${main}\` } }`,
    )
    await installPackage(cwd, 'pgark', "export const main = 'installed'")
    expect((await described()).value('databases.shop')).toMatchObject({ value: 'host=installed' })
  })
})

describe('it is looked for', () => {
  test('upwards to the root of the package', async () => {
    await put('pgark.config.json', '{}')
    await put('app/deep/er/x', '')
    const deep = path.join(cwd, 'app/deep/er')
    expect((await described([], {}, deep)).file).toBe('pgark.config.json')
    await put('app/package.json', '{}')
    expect(await config([], {}, deep)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no config file here'),
    })
    await put('app/pgark.config.mjs', 'export default {}')
    expect((await described([], {}, deep)).file).toBe('app/pgark.config.mjs')
    expect((await described(['--config', '../../../pgark.config.json'], {}, deep)).file).toBe('pgark.config.json')
  })

  test('and two in one folder are one too many', async () => {
    await put('pgark.config.ts', 'export default {}')
    await put('pgark.config.json', '{}')
    await refused(/USAGE\.CONFIG: pgark\.config\.ts: There is also pgark\.config\.json\.\nhint: keep one/)
    expect((await described(['--config', 'pgark.config.json'])).file).toBe('pgark.config.json')
  })

  test('with its plugins and packages beside it, wherever one is', async () => {
    await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
    await put('other.mjs', vaultPlugin(cwd).replace("scheme: 'vault'", "scheme: 'other'"))
    const destinations = { safe: { url: 'vault://safe/', options: { region: 'x' } }, other: 'other://safe/?region=x' }
    await put('pgark.config.json', JSON.stringify({ destinations, plugins: ['./other.mjs'] }))
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'pgark-elsewhere-'))
    for (const name of ['safe', 'other']) {
      const run = await pgark(['list', name, '--config', path.join(cwd, 'pgark.config.json')], { cwd: elsewhere })
      expect(run).toEqual({ code: 0, stdout: 'no backups\n', stderr: '' })
    }
    await rm(elsewhere, { recursive: true })
  })
})

describe('what cannot be loaded is told with its cause', () => {
  test.each([
    ['throws', 'pgark.config.mjs', 'throw new Error("no weather\\nat all")', 'cannot be loaded: no weather.\nhint: '],
    ['throws a secret', 'pgark.config.mjs', 'throw new Error("postgres://me:sesame@h/d")', 'postgres://me:***@h/d'],
    ['has a syntax error', 'pgark.config.ts', 'export default { a: 1 + }', /cannot be loaded: .*[Uu]nexpected token/],
    ['is no JSON', 'pgark.config.json', '{', 'cannot be loaded: '],
    ['lacks what it imports', 'pgark.config.ts', "import 'left-pad-2'", /cannot be loaded: Cannot find .*'left-pad-2'/],
    ['has no default export', 'pgark.config.mjs', 'export const x = 1', 'has no default export.'],
    ['is a list', 'pgark.config.json', '[]', 'Expected an object, got a list.'],
  ])('one that %s', async (_, name, text, expected) => {
    await put(name, text)
    const told = await refused(`USAGE.CONFIG: ${name}`, expected)
    expect(told).not.toMatch(/sesame|\n\s+at /)
    expect((await pgark(['list', '.', '--no-config'], { cwd })).code).toBe(0)
  })
})

test('every problem at once, each with its path, and no secret', async () => {
  const sesame = 'postgres://me:sesame@h/d'
  await put(
    'pgark.config.json',
    JSON.stringify({
      databses: {},
      databases: { shop: 'shop', 'a b': 'host=h', list: [] },
      destinations: {
        nightly: { url: 's3://key:sesame@b/', retenton: {}, retention: { keepDayly: 7 }, prune: true },
        folder: { url: './b', options: { region: 'x' } },
        secret: { url: 's3://b/', options: { secretAccessKey: 'sesame', nested: {} } },
        latest: './latest',
        bare: { url: 's3://b/', prune: true },
        database: sesame,
      },
      backups: {
        nightly: { database: 'shpo', to: ['nihgtly', 'sesame!', './x', 's3://b/', './x'], tabels: [], engine: 1 },
        nothing: {},
        text: 'x',
      },
      plugins: ['', 1],
    }),
  )
  const told = await refused(
    /: databses: There is no such option\.\nhint: did you mean databases\?/,
    ': databases.shop: It is neither a URL nor a connection string.',
    ': databases.a b: A name has letters',
    ': databases.list: Expected a URL, a connection string or an object, got a list.',
    ': destinations.nightly.url: It has credentials in its URL.',
    /: destinations\.nightly\.retenton: There is no such option\.\nhint: did you mean retention\?/,
    /: destinations\.nightly\.retention: Unknown option keepDayly\.\nhint: did you mean keepDaily/,
    ': destinations.nightly.retention: No rule keeps anything',
    ': destinations.folder.url: A folder has no options.',
    ': destinations.secret.url: It has credentials in its URL.',
    ': destinations.secret.options.nested: Expected text, a number or true or false, got object.',
    ': destinations.latest: No destination can be called latest.',
    ': destinations.bare.prune: By which rules? There is no retention.',
    ': destinations.database: It is a URL of postgres://.',
    /: backups\.nightly\.database: There is no shpo in databases.*\nhint: did you mean shop\?/,
    /: backups\.nightly\.to\.0: There is no nihgtly in destinations.*\nhint: did you mean nightly\?/,
    ': backups.nightly.to.1: It is no name in destinations',
    ': backups.nightly.to.4: It is given more than once.',
    /: backups\.nightly\.tabels: There is no such option\.\nhint: did you mean tables/,
    ': backups.nightly.engine: There is no such option.',
    ': backups.nothing.database: Expected the name of a database, got undefined.',
    ': backups.nothing.to: Expected the name of a destination, got undefined.',
    ': backups.text: Expected an object, got string.',
    ': plugins.0: Expected the name of a package, got empty text.',
    ': plugins.1: Expected the name of a package, got number.',
  )
  expect(told).not.toContain('sesame')
  expect(told.match(/USAGE\.CONFIG: /g)).toHaveLength(25)
})

test('what only the library, the engine and plugins know is told by config, and by run of what it uses', async () => {
  await installPackage(cwd, 'pgark-exporter-vault', vaultPlugin(cwd))
  const databases = { shop: 'postgres://h/d?sslmod=x', crm: { host: 'h', prot: 1 }, good: 'postgres://127.0.0.1:1/d' }
  const backup = {
    database: 'shop',
    to: 'safe',
    compression: 'lzma',
    excludeTables: 'x',
    lockTimeoutMs: 0,
    onOrphans: 'no',
  }
  const backups = { nightly: backup, good: { database: 'good', to: './good.sql.zst' } }
  await put(
    'pgark.config.json',
    JSON.stringify({ databases, backups, destinations: { safe: 'vault://safe/?regoin=x' } }),
  )
  const ofShop = [
    /: databases\.shop: Unknown connection parameter sslmod\.\nhint: did you mean .*sslmode/,
    ': destinations.safe: Unknown parameter regoin.',
    ': backups.nightly: Expected compression none, gzip or zstd, got lzma.',
    ': backups.nightly: Expected excludeTables to be a list of patterns.',
    ': backups.nightly: Option lockTimeoutMs: ',
    ': backups.nightly: Expected onOrphans to be fail, report, notValid, got no.',
  ]
  await refused(...ofShop, /: databases\.crm: Unknown option prot of postgres\(\)\.\nhint: did you mean port/)
  const run = await pgark(['run', 'nightly'], { cwd })
  for (const text of ofShop) expect(run.stderr).toMatch(text)
  expect(run).toMatchObject({ code: 2, stderr: expect.not.stringContaining('crm') })
  expect(await pgark(['run', 'good'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching('ENGINE.CONNECT'),
  })
  expect(await readdir(cwd)).toEqual(['node_modules', 'pgark.config.json'])
})

test('what is wrong for the library is told with what is wrong by itself', async () => {
  const backup = { database: 'good', to: 'here', excludeTables: 'x' }
  await put(
    'pgark.config.json',
    JSON.stringify({
      databases: { shop: 'postgres://h/d?sslmod=x', bad: 'bad', good: 'postgres://h/d' },
      destinations: { here: './here', there: { url: './there', prune: true } },
      backups: {
        misspelt: { ...backup, tabels: [], compression: 'lzma' },
        nowhere: { ...backup, database: 'gone', to: 'gone', jobs: 2, disableTriggers: true },
        there: { ...backup, to: 'there', disableTriggers: true, jobs: 2 },
      },
    }),
  )
  const told = await refused(
    ': databases.bad: It is neither a URL nor a connection string.',
    ': destinations.there.prune: By which rules?',
    ': backups.misspelt.tabels: There is no such option.',
    ': backups.nowhere.database: There is no gone',
    ': backups.nowhere.to: There is no gone',
    ': databases.shop: Unknown connection parameter sslmod.',
    ': backups.misspelt: Expected excludeTables to be a list of patterns.',
    ': backups.misspelt: Expected compression none, gzip or zstd, got lzma.',
  )
  expect(told.match(/USAGE\.CONFIG: /g)).toHaveLength(8)
})

test('config tells each value, where it is from, and no secret', async () => {
  await put(
    'pgark.config.ts',
    `import { defineConfig } from 'pgark'
    export default defineConfig(({ env }) => ({
      databases: {
        shop: env.SHOP_URL, crm: { host: process.env.CRM_HOST, password: async () => 'sesame', tls: { servername: 'sesame' } },
        none: env.NONE, literal: 'host=h password=sesame',
      },
      destinations: { nightly: { url: \`./\${env.PLACE}/shop\`, retention: { keepDaily: 7 } } },
      backups: { nightly: {
        database: 'shop', to: 'nightly', excludeTables: ['a', 'b'], filters: { orders: "SELECT 'sesame'" }, jobs: 3,
      } },
    }))`,
  )
  const env = { SHOP_URL: 'postgres://me:sesame@db/shop', CRM_HOST: 'crm.internal', PLACE: 'somewhere' }
  const { value } = await described([], env)
  expect(value('databases.shop')).toMatchObject({
    value: 'postgres://me:***@db/shop',
    origin: 'environment',
    variables: ['SHOP_URL'],
  })
  expect(value('databases.crm.host')).toMatchObject({ value: 'crm.internal', origin: 'environment' })
  expect(value('databases.crm.password')).toMatchObject({ value: '[redacted]', origin: 'file' })
  expect(value('databases.none')).toMatchObject({ value: null })
  expect(value('destinations.nightly.url')).toEqual({
    ...{ path: 'destinations.nightly.url', value: path.join(cwd, 'somewhere/shop') },
    ...{ origin: 'file', variables: ['PLACE'] },
  })
  expect(value('destinations.nightly.retention.keepDaily')).toMatchObject({ value: 7, origin: 'file' })
  expect(value('destinations.nightly.prune')).toMatchObject({ value: false, origin: 'default' })
  expect(value('backups.nightly.jobs')).toMatchObject({ value: 3, origin: 'file' })
  expect(value('backups.nightly.excludeTables')).toMatchObject({ value: ['a', 'b'] })
  expect(value('backups.nightly.filters.orders')).toMatchObject({ value: '[query]' })
  expect(value('backups.nightly.format')).toMatchObject({ value: 'directory', origin: 'default' })
  const told = await pgark(['config'], { cwd, env })
  expect(told.stdout).toMatch(/^databases\.shop +postgres:\/\/me:\*\*\*@db\/shop +environment SHOP_URL$/m)
  expect(told.stdout).toMatch(/^backups\.nightly\.format +directory +default$/m)
  expect(told.stdout + (await config([], env)).stdout).not.toContain('sesame')
})

test('a file that another person could have put above the working directory is not run', async () => {
  await put('open/pgark.config.mjs', 'throw new Error("it ran")')
  await put('open/mine/x', '')
  await chmod(path.join(cwd, 'open'), 0o777)
  expect((await config([], {}, path.join(cwd, 'open/mine'))).stderr).toContain('no config file here')
  expect((await config([], {}, path.join(cwd, 'open'))).stderr).toContain('it ran')
})

test('init without a terminal is refused, and beside a config file; nothing is written', async () => {
  const init = () => pgark(['init'], { cwd, stdin: 'DATABASE_URL\n' })
  expect(await init()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('there is no terminal') })
  expect(await readdir(cwd)).toEqual([])
  await put('pgark.config.json', '[')
  expect(await init()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/REFUSED\.EXISTS: .*pgark\.config\.json/),
  })
})
