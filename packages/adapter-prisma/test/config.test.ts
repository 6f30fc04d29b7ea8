import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { configPlaces, findConfig } from '../src/config/find-config.ts'
import { adapter, fromPrisma, fromPrismaConfig } from '../src/index.ts'
import { folderWith } from './support/folder.ts'

const url = 'postgresql://app:canary@db.internal:5433/shop'
const prismaConfig = pathToFileURL(path.join(import.meta.dirname, '../node_modules/prisma/config.js')).href
const plain = `export default { datasource: { url: '${url}' } }`
const schema = `datasource db {\n provider = "postgresql"\n}\nmodel Order {\n id Int @id\n @@map("orders")\n}\n`

describe('the config file is found where Prisma finds it', () => {
  test('the first of these is taken, those for Prisma 7 only before the others', () => {
    const order = [
      ...['prisma7.config.js', 'prisma7.config.ts', '.config/prisma7.js', '.config/prisma7.cts'],
      ...['prisma.config.js', 'prisma.config.ts', 'prisma.config.mjs', 'prisma.config/index.ts'],
      ...['.config/prisma.ts', '.config/prisma/index.js', '.config/prisma.config.mts'],
    ]
    for (const [index, name] of order.entries()) {
      const others = order.slice(index).filter((each) => !each.startsWith(`${name}/`))
      const folder = folderWith(Object.fromEntries(others.map((each) => [each, plain])))
      expect(findConfig(folder)).toBe(path.join(folder, name))
    }
    expect(new Set(configPlaces).size).toBe(48)
  })

  test('none, with where it was looked for', () => {
    const folder = folderWith({ 'prisma.config.json': '{}' })
    expect(() => fromPrismaConfig({ cwd: folder })).toThrow(
      expect.objectContaining({
        code: 'USAGE.ORM',
        message: expect.stringContaining(
          `prisma7.config.*, .config/prisma7.*, prisma.config.* and .config/prisma.* in ${folder}`,
        ),
      }),
    )
    expect(() => fromPrismaConfig({ cwd: folder, configFile: 'other.ts' })).toThrow(
      expect.objectContaining({ code: 'USAGE.ORM', message: expect.stringContaining(path.join(folder, 'other.ts')) }),
    )
  })
})

describe('the config file is run as it is', () => {
  test.each([
    [
      'prisma.config.ts',
      `import { defineConfig } from '${prismaConfig}'\nexport default defineConfig({ datasource: { url: '${url}' as string } })`,
    ],
    ['prisma.config.mts', plain],
    ['prisma.config.mjs', plain],
    ['prisma.config.cjs', `module.exports = { datasource: { url: '${url}' } }`],
    [
      'prisma.config.js',
      `Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = { datasource: { url: '${url}' } }`,
    ],
  ])('%s', (name, text) => {
    const folder = folderWith({ [name]: text })
    const { origin, options } = fromPrismaConfig({ cwd: folder }).connection()
    expect(options).toEqual({ connectionString: url })
    expect(origin).toContain(`datasource.url of ${path.relative(path.resolve(), path.join(folder, name))}`)
  })

  test('what it says of the schema and of migrations is relative to it', async () => {
    const folder = folderWith({
      'settings/prisma.config.mjs': `export default { schema: '../db', migrations: { path: '../moves' }, datasource: { url: '${url}?schema=app' } }`,
      'db/a.prisma': schema,
      'db/deep/b.prisma': 'model Session {\n id Int @id\n}',
      'db/notes.txt': 'no schema {',
      'moves/2_second/migration.sql': '',
      'moves/1_first/migration.sql': '',
      'moves/3_empty/readme.txt': '',
      'moves/migration_lock.toml': '',
    })
    const orm = fromPrismaConfig({ cwd: folder, configFile: 'settings/prisma.config.mjs' })
    expect((await orm.models()).map(({ name, schema: of, table }) => [name, of, table])).toEqual([
      ['Order', 'app', 'orders'],
      ['Session', 'app', 'Session'],
    ])
    expect(orm.migrations?.table).toEqual({ schema: 'app', name: '_prisma_migrations' })
    expect(await orm.migrations?.ofApplication()).toEqual(['1_first', '2_second'])
  })

  test('without a schema of its own, schema.prisma is taken before prisma/schema.prisma, and migrations beside it', async () => {
    const both = folderWith({
      'prisma.config.mjs': plain,
      'schema.prisma': schema,
      'prisma/schema.prisma': 'model Other {\n id Int @id\n}',
    })
    expect(await fromPrismaConfig({ cwd: both }).models()).toMatchObject([{ name: 'Order', schema: 'public' }])
    const one = folderWith({
      'prisma.config.mjs': plain,
      'prisma/schema.prisma': schema,
      'prisma/migrations/1/migration.sql': '',
    })
    expect(await fromPrismaConfig({ cwd: one }).migrations?.ofApplication()).toEqual(['1'])
    expect(fromPrismaConfig({ cwd: both }).migrations).toBeUndefined()
  })
})

test('without a schema of its own, a config file that is named has it beside it, one that is found where it was looked for', async () => {
  const other = 'model Other {\n id Int @id\n}'
  const folder = folderWith({
    '.config/prisma.mjs': plain,
    '.config/schema.prisma': other,
    'prisma/schema.prisma': schema,
    'sub/prisma.config.mjs': plain,
    'sub/prisma/schema.prisma': other,
    'sub/prisma/migrations/1_sub/migration.sql': '',
  })
  const client = { $extends() {}, $connect() {} }
  const configFile = 'sub/prisma.config.mjs'
  const named = [
    fromPrismaConfig({ cwd: folder, configFile }),
    fromPrisma(client, { configFile: path.join(folder, configFile) }),
    await adapter.open({ folder, file: configFile }),
  ]
  for (const orm of named) {
    expect(await orm.models()).toMatchObject([{ name: 'Other' }])
    expect(await orm.migrations?.ofApplication()).toEqual(['1_sub'])
  }
  expect(await fromPrismaConfig({ cwd: folder }).models()).toMatchObject([{ name: 'Order' }])
  expect(await fromPrismaConfig({ cwd: folder, configFile: '.config/prisma.mjs' }).models()).toMatchObject([
    { name: 'Other' },
  ])
})

test('without a URL, names are there all the same', async () => {
  const folder = folderWith({ 'prisma.config.mjs': 'export default {}', 'schema.prisma': schema })
  const orm = await adapter.open({ folder })
  expect(await orm.models()).toMatchObject([{ name: 'Order', schema: 'public' }])
  expect(orm.migrations).toBeUndefined()
  expect(() => orm.connection()).toThrow(expect.objectContaining({ code: 'USAGE.ORM' }))
})

test('the command opens what it names', async () => {
  const folder = folderWith({ 'prisma.config.mjs': plain, 'other.mjs': plain.replace('shop', 'other') })
  expect(adapter).toMatchObject({ specVersion: 1, name: 'prisma' })
  expect((await adapter.open({ folder })).connection().options).toEqual({ connectionString: url })
  expect((await adapter.open({ folder, file: 'other.mjs' })).connection().options).toEqual({
    connectionString: url.replace('shop', 'other'),
  })
})

describe('what is wrong is an error that says what to do, and no secret', () => {
  test('in code and on the command line', () => {
    const folder = folderWith({ 'empty.mjs': 'export default {}' })
    const hinted = (hint: string) => expect.objectContaining({ code: 'USAGE.ORM', hint: expect.stringContaining(hint) })
    expect(() => adapter.open({ folder })).toThrow(hinted('configFile, or --prisma=<path>'))
    expect(() => adapter.open({ folder, file: 'no.mjs' })).toThrow(hinted('configFile, or --prisma=<path>'))
    const orm = fromPrismaConfig({ cwd: folder, configFile: 'empty.mjs' })
    expect(() => orm.connection()).toThrow(hinted('its URL as an argument'))
  })

  const failing = (text: string, name = 'prisma.config.mjs') => {
    const folder = folderWith({ [name]: text, '.env': 'PGARK_TEST_UNSET=postgres://from/dotenv' })
    try {
      fromPrismaConfig({ cwd: folder }).connection()
    } catch (error) {
      return error as { code: string; message: string; hint: string; cause: unknown }
    }
    throw new Error('Expected an error.')
  }

  test('a variable of the environment that is not set, by its name', () => {
    const error = failing(
      `import { defineConfig, env } from '${prismaConfig}'\nexport default defineConfig({ datasource: { url: env('PGARK_TEST_UNSET') } })`,
      'prisma.config.ts',
    )
    expect(error).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('The environment variable PGARK_TEST_UNSET'),
      hint: expect.stringMatching(/^set PGARK_TEST_UNSET.*any value will do$/),
    })
  })

  test.each([
    [
      'await at its top',
      'await null\nexport default {}',
      'prisma.config.mjs',
      'uses await at its top',
      'do without await',
    ],
    [
      'a module that is not installed',
      "import 'pgark-no-such-module'\nexport default {}",
      'prisma.config.mjs',
      'is not installed',
      'install',
    ],
    [
      'a relative import without an extension',
      "import { url } from './env'\nexport default { datasource: { url } }",
      'prisma.config.ts',
      'a file that it imports is not there',
      "write the extension, as Node wants it: import { url } from './env.ts'",
    ],
    [
      'a file that is not there, from CommonJS',
      "require('./env')",
      'prisma.config.cjs',
      'a file that it imports is not there',
      'write the extension',
    ],
    [
      'TypeScript that is more than types',
      'enum A { B }\nexport default {}',
      'prisma.config.ts',
      'taking the types away',
      'do without enums',
    ],
    [
      'types where Node takes them for wrong syntax',
      "throw new SyntaxError('x')",
      'prisma.config.ts',
      'does not run TypeScript',
      'Node 22.18',
    ],
    ['no default export', 'export const config = 1', 'prisma.config.mjs', 'has no datasource.url', 'give it one'],
    ['a number by default', 'export default 5', 'prisma.config.mjs', 'exports no config', 'export default'],
    ['no URL', "export default { schema: 'x' }", 'prisma.config.mjs', 'has no datasource.url', 'give it one'],
    [
      'an error of its own',
      `throw new Error('${url}')`,
      'prisma.config.mjs',
      'cannot be loaded (Error)',
      'npx prisma validate',
    ],
  ])('%s', (_, text, name, message, hint) => {
    const error = failing(text, name)
    expect(error).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('canary')
  })

  test('an unknown option', () => {
    expect(() => fromPrismaConfig({ configfile: 'x' } as object)).toThrow(
      expect.objectContaining({ code: 'USAGE.OPTIONS', hint: 'did you mean configFile?' }),
    )
  })

  test('a schema that is nowhere, or of another database', async () => {
    const none = folderWith({ 'prisma.config.mjs': plain })
    await expect(fromPrismaConfig({ cwd: none }).models()).rejects.toMatchObject({
      code: 'USAGE.ORM',
      message: `No Prisma schema was found: there is neither ${path.join(none, 'schema.prisma')} nor ${path.join(none, 'prisma/schema.prisma')}.`,
    })
    const other = folderWith({ 'prisma.config.mjs': plain, 'schema.prisma': schema.replace('postgresql', 'mysql') })
    await expect(fromPrismaConfig({ cwd: other }).models()).rejects.toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('mysql'),
    })
    const empty = folderWith({
      'prisma.config.mjs': "export default { schema: './db', datasource: { url: 'postgres://h/d' } }",
      'db/x.txt': '',
    })
    await expect(fromPrismaConfig({ cwd: empty }).models()).rejects.toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining('no file that ends with .prisma'),
    })
  })

  test('a condition, which needs the client', async () => {
    const folder = folderWith({ 'prisma.config.mjs': plain, 'schema.prisma': schema })
    const orm = fromPrismaConfig({ cwd: folder })
    const [model] = await orm.models()
    await expect(orm.compile(model as never, {} as never)).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      hint: expect.stringContaining('use fromPrisma(prisma)'),
    })
  })
})
