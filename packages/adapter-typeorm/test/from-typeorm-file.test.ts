import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { OrmAdapter } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import { adapter, fromTypeORMFile, where } from '../src/index.ts'
import { compileFor, fixture, refusal, type User } from './support.ts'

describe('the one DataSource that a module exports', () => {
  test('CommonJS, with compiled decorators, by a name', async () => {
    const adapter = fromTypeORMFile(fixture('decorated.cjs'))
    expect(adapter.connection()).toEqual({
      origin: `options of ${fixture('decorated.cjs')}`,
      options: { connectionString: 'postgres://app:pw@db.internal/blog' },
    })
    expect((await compileFor(adapter, 'User', where<User>({ name: 'x' }))).values).toEqual(['<x>'])
    expect(await adapter.migrations?.ofApplication()).toEqual(['First1750000000000', 'Second1760000000000'])
  })

  test('ESM, by default and by a name at once', () => {
    expect(fromTypeORMFile(fixture('esm.mjs')).connection().options).toMatchObject({
      connectionString: 'postgres://app@db.internal/esm',
    })
  })

  test('module.exports itself, by a path from here', () => {
    const relative = path.relative(process.cwd(), fixture('itself.cjs'))
    const { options, origin } = fromTypeORMFile(relative).connection()
    expect(options).toEqual({ host: 'db.internal', user: 'app', database: 'itself' })
    expect(origin).toBe(`options of ${relative}`)
  })

  test('with the options of fromTypeORM()', () => {
    expect(fromTypeORMFile(fixture('esm.mjs'), { connection: { host: 'direct' } }).connection().options).toEqual({
      host: 'direct',
    })
  })

  test('with a password that is asked for, for each connection', async () => {
    const { password } = fromTypeORMFile(fixture('tokens.mjs')).connection().options
    expect(await (password as () => Promise<string>)()).toBe('token')
  })
})

describe('the plugin of the command', () => {
  test('takes a module by a path from the folder that it is named in', () => {
    const folder = path.dirname(fixture('esm.mjs'))
    const opened = adapter.open({ file: 'esm.mjs', folder })
    expect(opened).toMatchObject({ specVersion: 1, name: adapter.name })
    expect((opened as OrmAdapter).connection().origin).toBe('options of esm.mjs')
  })

  test('asks for a module, and says which one there is not', async () => {
    expect(await refusal(() => adapter.open({ folder: '/srv' }))).toMatchObject({ code: 'USAGE.ORM' })
    expect(await refusal(() => adapter.open({ file: 'dist/x.js', folder: '/srv' }))).toMatchObject({
      code: 'USAGE.ORM',
      message: 'There is no dist/x.js: looked for /srv/dist/x.js.',
    })
  })
})

describe('refused, with what to do', () => {
  test.each<[string, RegExp, RegExp]>([
    ['nowhere.cjs', /^There is no .*nowhere\.cjs: looked for \/.*fixtures\/nowhere\.cjs\.$/, /compiled module/],
    ['none.cjs', /exports no DataSource\.$/, /exactly one/],
    ['several.cjs', /exports 2 DataSources\.$/, /exactly one/],
    ['awaits.mjs', /cannot be loaded: Error/, /without await at the top/],
    [
      'without-environment.cjs',
      /cannot be loaded: Error: PGARK_TEST_DATABASE_URL is not set$/,
      /what the module needs/,
    ],
    ['other-database.cjs', /^The DataSource is one of mysql/, /type postgres/],
  ])('%s', async (name, message, hint) => {
    expect(await refusal(() => fromTypeORMFile(fixture(name)))).toEqual({
      code: 'USAGE.ORM',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  test('TypeScript with decorators, which is not compiled', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pgark-uncompiled-'))
    try {
      const file = path.join(folder, 'data-source.cts')
      await writeFile(file, '@Entity()\nclass Order {}\nexports.default = Order\n')
      const { code, message, hint } = await refusal(() => fromTypeORMFile(file))
      expect({ code, hint }).toEqual({ code: 'USAGE.ORM', hint: expect.stringContaining('compiled JavaScript') })
      expect(message).toContain('cannot be loaded: SyntaxError')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('without the password that the module’s own error tells', async () => {
    const told = await refusal(() => fromTypeORMFile(fixture('tells-password.cjs')))
    expect(told.message).toMatch(/tells-password\.cjs cannot be loaded: Error\.$/)
    expect(JSON.stringify(told)).not.toContain('hunter2')
  })
})
