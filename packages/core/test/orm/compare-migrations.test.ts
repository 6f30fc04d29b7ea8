import { describe, expect, test } from 'vitest'
import { runContext } from '../../src/contracts/run.ts'
import type { Engine, OrmMigrations } from '../../src/index.ts'
import { sql } from '../../src/index.ts'
import { compareMigrations } from '../../src/orm/compare-migrations.ts'

const none = { schemas: {}, tables: {} }
const table = { schema: 'public', name: '_migrations' }

/** What is found in a database with these migrations; `asked` are the tables that it was looked for. */
async function found(
  ofApplication: string[] | undefined,
  applied: string[] | undefined,
  renames = none,
  where: OrmMigrations['table'] = table,
) {
  const asked: unknown[] = []
  const migrations: OrmMigrations = {
    table: where,
    applied: (name) => sql`SELECT name FROM ${name}`,
    ofApplication: () => Promise.reject(new Error('asked again')),
    command: 'npx migrate',
  }
  const engine = {
    location: 'shop on localhost',
    orm: { migrations } as unknown as NonNullable<Engine['orm']>,
    appliedMigrations: async ({ table }: OrmMigrations) => {
      asked.push(table)
      return applied
    },
  }
  return { findings: await compareMigrations(ofApplication, engine, renames, runContext({})), asked }
}

describe('migrations', () => {
  test('that are the same, whatever their order, are no finding', async () => {
    expect((await found(['a', 'b'], ['b', 'a'])).findings).toEqual([])
  })

  test('that the database lacks are told with what applies them', async () => {
    const { findings } = await found(['a', 'b', 'c'], ['a'])
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'RESTORE.MIGRATIONS',
        message:
          'shop on localhost was backed up at the migration a, and lacks 2 migrations (b, c) of the application.',
        hint: 'npx migrate',
      },
    ])
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    expect((await found(many, [])).findings[0]?.message).toBe(
      'shop on localhost was backed up before any migration, and lacks 7 migrations (a, b, c, d, e and 2 more) of the application.',
    )
  })

  test('that the application lacks are told', async () => {
    const { findings } = await found(['a'], ['a', 'b'])
    expect(findings.map(({ message }) => message)).toEqual([
      'shop on localhost was backed up at the migration b, and has 1 migration (b) that the application has not.',
    ])
  })

  test('cannot be told without a table of them', async () => {
    const { findings } = await found(['a'], undefined)
    expect(findings[0]?.message).toBe(
      'shop on localhost has no table _migrations: which migrations it is at cannot be told.',
    )
  })

  test('are looked for under the new name of their table', async () => {
    expect((await found([], [], { schemas: { public: 'staging' }, tables: {} })).asked).toEqual([
      { schema: 'staging', name: '_migrations' },
    ])
    expect((await found([], [], { schemas: {}, tables: { 'public._migrations': 'old' } })).asked).toEqual([
      { schema: 'public', name: 'old' },
    ])
    const anywhere = { schema: undefined, name: '_migrations' }
    expect((await found([], [], { schemas: { public: 'x' }, tables: { _migrations: 'old' } }, anywhere)).asked).toEqual(
      [{ schema: undefined, name: 'old' }],
    )
  })

  test('are not compared where no application is known', async () => {
    expect((await found(undefined, ['a'])).asked).toEqual([])
    expect(await compareMigrations(['a'], { location: 'x' }, none, runContext({}))).toEqual([])
  })
})
