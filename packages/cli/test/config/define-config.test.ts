import { expect, test } from 'vitest'
import { defineConfig } from '../../src/config/define-config.ts'

test('answers what it was given', async () => {
  const config = { databases: { shop: 'postgres://h/d' } }
  expect(defineConfig(config)).toBe(config)
  const later = defineConfig(async ({ env }) => ({ databases: { shop: env.SHOP } }))
  expect(later).toBeTypeOf('function')
})

test('the compiler knows names, options and what is no place', () => {
  const config = defineConfig({
    databases: {
      shop: process.env.DATABASE_URL,
      crm: { host: 'db', database: 'crm', password: async () => 'sesame' },
      app: { prisma: true },
      old: { typeorm: 'dist/data-source.js' },
    },
    destinations: {
      nightly: { url: 's3://b/shop/', options: { region: 'x' }, retention: { keepDaily: 7 } },
      here: './b',
    },
    backups: {
      all: { database: 'shop', to: ['nightly', 'nightly/shop', 'here', 'gs://b/', './x.sql', '/b'], format: 'custom' },
      url: { database: 'postgres://h/d', to: 'here', filters: { orders: 'SELECT * FROM orders' }, pgDump: 'native' },
      app: { database: 'app', to: 'here', excludeTableData: ['Session'] },
      // @ts-expect-error there is no such database
      base: { database: 'shpo', to: 'here' },
      // @ts-expect-error there is no such destination
      place: { database: 'shop', to: 'nihgtly' },
      // @ts-expect-error there is no such option
      option: { database: 'shop', to: 'here', tabels: ['x'] },
      // @ts-expect-error it is one of three words
      orphans: { database: 'shop', to: 'here', onOrphans: 'ignore' },
      // @ts-expect-error what is it to be stored in?
      nowhere: { database: 'shop' },
    },
    plugins: ['@acme/pgark-exporter-azure'],
  })
  expect(config).toHaveProperty('backups.url')
})

test('a database has one ORM', () => {
  // @ts-expect-error it has two
  const both = defineConfig({ databases: { app: { prisma: true, typeorm: 'dist/data-source.js' } } })
  // @ts-expect-error which module?
  const none = defineConfig({ databases: { app: { typeorm: true } } })
  for (const each of [both, none]) expect(each).toHaveProperty('databases.app')
})

test('of a function, too', () => {
  const config = defineConfig(({ env }) => ({
    databases: { shop: env.DATABASE_URL },
    destinations: { nightly: './backups' },
    backups: { nightly: { database: 'shop', to: 'nightly', metadata: { type: 'nightly' } } },
  }))
  // @ts-expect-error neither a URL nor a path nor a name
  const wrong = defineConfig(async () => ({
    databases: { shop: 'postgres://h/d' },
    backups: { nightly: { database: 'shop', to: 'nightly' } },
  }))
  // @ts-expect-error the environment has text
  const number = defineConfig(({ env }) => ({ plugins: [env.PLUGIN?.length] }))
  // @ts-expect-error no such section
  const section = defineConfig({ database: 'postgres://h/d' })
  for (const each of [config, wrong, number]) expect(each).toBeTypeOf('function')
  expect(section).toBeTypeOf('object')
})
