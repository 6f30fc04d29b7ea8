import { describe, expect, test } from 'vitest'
import type { CompiledQuery, Filter, OrmAdapter, OrmModel, TableInfo } from '../../src/index.ts'
import { ormWhere, PgarkError, sql } from '../../src/index.ts'
import { inTables } from '../../src/orm/in-tables.ts'

const models: readonly OrmModel[] = [
  { name: 'Order', schema: 'shop', table: 'orders', columns: { createdAt: 'created_at' } },
  { name: 'OldOrder', schema: 'shop', table: 'orders', columns: {} },
  { name: 'Session', schema: undefined, table: 'web "session"', columns: {} },
]

function adapter(own: Partial<OrmAdapter> = {}): OrmAdapter {
  return {
    specVersion: 1,
    name: 'double',
    connection: () => ({ origin: 'nowhere', options: {} }),
    models: async () => models,
    compile: async ({ table }, { condition }): Promise<CompiledQuery> => ({
      text: `SELECT id FROM ${table} WHERE status = $1`,
      values: [condition],
    }),
    ...own,
  }
}

const where = (condition: unknown) => ormWhere('double', condition)

describe('names of models', () => {
  test('become patterns that mean the table and nothing else', async () => {
    const selection = {
      tables: ['Order'],
      excludeTables: ['Session', 'audit.*'],
      excludeTableData: ['orders'],
      schemaOnly: true,
    }
    expect((await inTables({ selection }, adapter())).selection).toEqual({
      tables: ['"shop"."orders"'],
      excludeTables: ['"web ""session"""', 'audit.*'],
      excludeTableData: ['orders'],
      schemaOnly: true,
    })
  })

  test('that are only a part of a table do not mean the table', async () => {
    const media = { schema: 'shop', table: 'media', columns: {} }
    const parts = [
      { name: 'Photo', ...media, isPartOfTable: true },
      { name: 'Media', ...media },
    ]
    const orm = adapter({ models: async () => parts })
    for (const list of ['tables', 'excludeTables', 'excludeTableData']) {
      await expect(inTables({ selection: { [list]: ['Photo'] } }, orm)).rejects.toMatchObject({
        code: 'USAGE.MODEL',
        message: 'Photo is only some of the rows of the table media.',
        hint: 'name Media for the whole table, or choose rows with filters',
      })
    }
    const { selection } = await inTables({ selection: { excludeTables: ['Media'] } }, orm)
    expect(selection).toEqual({ excludeTables: ['"shop"."media"'] })
    expect((await inTables({ selection: {}, filters: { Photo: where(1) } }, orm)).filters).toHaveProperty(
      '"shop"."media"',
    )
  })

  test('that are unknown are told with the closest, all at once', async () => {
    const call = inTables(
      {
        selection: { tables: ['Ordr', '"Ordr"', 'Ordr*'] },
        filters: { Sesion: sql`true`, orders: where('x'), Zq: where(1) },
      },
      adapter(),
    )
    await expect(call).rejects.toMatchObject({
      code: 'USAGE.MODEL',
      message: [
        'double knows no model Ordr.',
        'double knows no model Sesion.',
        'double knows no model orders.',
        'double knows no model Zq.',
      ].join('\n'),
      hint: [
        'did you mean Order?',
        'did you mean Session?',
        'did you mean Order?',
        'a table is meant by its own name: in lower case, or within double quotes',
      ].join('\n'),
    })
  })

  test('that could be several tables are refused', async () => {
    const item = (schema: string) => ({ name: 'Item', schema, table: 'item', columns: {} })
    const people = [
      { name: 'users', schema: 'public', table: 'people', columns: {} },
      { name: 'User', schema: 'public', table: 'users', columns: {} },
    ]
    const orm = adapter({ models: async () => [item('a'), item('b'), ...people] })
    await expect(
      inTables({ selection: { excludeTables: ['users', 'User'] }, filters: { Item: where(1) } }, orm),
    ).rejects.toMatchObject({
      code: 'USAGE.MODEL',
      message: [
        'users could be one of several tables: "public"."people", "public"."users".',
        'Item could be one of several tables: "a"."item", "b"."item".',
      ].join('\n'),
    })
  })

  test('are not asked for where nothing is named', async () => {
    const models = () => Promise.reject(new Error('asked'))
    expect(await inTables({ selection: { noOwner: true } }, adapter({ models }))).toEqual({
      selection: { noOwner: true },
      filters: {},
    })
    await expect(inTables({ selection: { tables: ['x'] } }, adapter({ models }))).rejects.toThrow('asked')
  })
})

describe('filters', () => {
  test('of an ORM become queries for the keys of the rows', async () => {
    const { filters } = await inTables(
      { selection: {}, filters: { Order: where('paid'), 'audit.log': sql`true` } },
      adapter(),
    )
    expect(filters).toEqual({
      '"shop"."orders"': { text: 'SELECT id FROM orders WHERE status = $1', values: ['paid'] },
      'audit.log': sql`true`,
    })
  })

  test('may call columns what the model calls them, or by their own names', async () => {
    const filter: Filter = {
      specVersion: 1,
      name: 'both',
      where: (_, { column }) => sql`${column('createdAt').name} ${column('id').name} ${column('toString').name}`,
    }
    const { filters } = await inTables({ selection: {}, filters: { Order: filter } }, adapter())
    const column = (name: string) => ({ name: `<${name}>`, type: 'text', notNull: true, isGenerated: false })
    const context = { serverVersion: '17.0', signal: new AbortController().signal, now: '', column }
    const answered = (filters['"shop"."orders"'] as Filter).where({} as TableInfo, context)
    expect(await answered).toEqual(sql`${'<created_at>'} ${'<id>'} ${'<toString>'}`)
    expect(filters['"shop"."orders"']).toMatchObject({ specVersion: 1, name: 'both' })
  })

  test('for a column that is neither field nor column say so in the words of the model', async () => {
    const filter: Filter = { specVersion: 1, name: 'one', where: (_, { column }) => sql`${column('createdAd').name}` }
    const { filters } = await inTables({ selection: {}, filters: { Order: filter } }, adapter())
    const column = (name: string) => {
      throw new PgarkError('USAGE.FILTER', `shop.orders has no column ${name}.`, { hint: 'did you mean id?' })
    }
    const context = { serverVersion: '17.0', signal: new AbortController().signal, now: '', column }
    const asked = async () => await (filters['"shop"."orders"'] as Filter).where({} as TableInfo, context)
    await expect(asked()).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: 'Order has no field createdAd, and its table no such column.',
      hint: 'did you mean createdAt?',
    })
    const failing = () => {
      throw new TypeError('bug')
    }
    const broken = async () =>
      await (filters['"shop"."orders"'] as Filter).where({} as TableInfo, { ...context, column: failing })
    await expect(broken()).rejects.toThrow('bug')
  })

  test('for a model and for its table by name are refused', async () => {
    const both = { '"shop"."orders"': sql`true`, Order: where('paid') }
    await expect(inTables({ selection: {}, filters: both }, adapter())).rejects.toMatchObject({ code: 'USAGE.MODEL' })
    const reversed = { Order: where('paid'), '"shop"."orders"': sql`true` }
    await expect(inTables({ selection: {}, filters: reversed }, adapter())).rejects.toMatchObject({
      code: 'USAGE.MODEL',
      message: 'The filters for Order and "shop"."orders" are both for the table "shop"."orders".',
    })
  })

  test('for two models on one table are refused', async () => {
    await expect(
      inTables({ selection: {}, filters: { Order: where(1), OldOrder: where(2) } }, adapter()),
    ).rejects.toMatchObject({
      code: 'USAGE.MODEL',
      message: 'The filters for Order and OldOrder are both for the table "shop"."orders".',
    })
  })

  test('that the ORM refuses are told with the model; its own failures pass', async () => {
    const refusing = adapter({
      compile: (_, { condition }) => Promise.reject(condition),
    })
    const wrong = new PgarkError('USAGE.FILTER', 'It has take.', { hint: 'leave it out' })
    await expect(inTables({ selection: {}, filters: { Order: where(wrong) } }, refusing)).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: 'The filter for Order: It has take.',
      hint: 'leave it out',
    })
    const unfit = new PgarkError('USAGE.ORM', 'The client is an old one.')
    await expect(inTables({ selection: {}, filters: { Order: where(unfit) } }, refusing)).rejects.toBe(unfit)
    const unknown = new PgarkError('USAGE.MODEL', 'Order has no field stats.')
    const both = { Order: where(unknown), Session: where(wrong) }
    await expect(inTables({ selection: {}, filters: both }, refusing)).rejects.toMatchObject({
      code: 'USAGE.MODEL',
      message: 'The filter for Order: Order has no field stats.\nThe filter for Session: It has take.',
    })
    const fault = new PgarkError('ENGINE.CONNECT', 'fault')
    await expect(inTables({ selection: {}, filters: { Order: where(fault) } }, refusing)).rejects.toBe(fault)
    const bug = new TypeError('bug')
    await expect(inTables({ selection: {}, filters: { Order: where(bug) } }, refusing)).rejects.toBe(bug)
  })

  test('for another ORM, or for none, are refused', async () => {
    const filters = { Order: ormWhere('other', {}) }
    await expect(inTables({ selection: {}, filters }, adapter())).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: 'The filter for Order: It is a where() for other, and the engine has the models of double.',
    })
    await expect(inTables({ selection: {}, filters }, undefined)).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: 'The filter for Order is a where() for other, and the engine knows no models.',
    })
  })
})
