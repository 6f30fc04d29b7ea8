import { type OrmModel, ormWhere } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import type { ClientClass } from '../src/client/prisma-client.ts'
import { usedFields } from '../src/compile/check-condition.ts'
import { compiler } from '../src/compile/compile.ts'
import { type RecordedQuery, recorder } from '../src/compile/recorder.ts'
import { blocksOf } from '../src/psl/blocks.ts'
import { modelsOf, type PslModel } from '../src/psl/schema.ts'

const models = modelsOf(
  blocksOf('model Order {\n id Int @id\n note String @map("no""te")\n}'.replace('""', '_'), 'schema.prisma'),
)
const order = { name: 'Order', schema: 'public', table: 'Order', columns: {} } satisfies OrmModel
const string = { scalarType: 'string', arity: 'scalar' } as const

interface Adapter {
  connect(): Promise<{
    queryRaw(query: RecordedQuery): Promise<unknown>
    getConnectionInfo(): unknown
    executeRaw(): Promise<unknown>
  }>
}

/** A client that asks these queries of a condition, and what is expected of single fields. */
const clientThatAsks = (queries: readonly RecordedQuery[]) => {
  const made: object[] = []
  class Client {
    readonly adapter: Adapter
    constructor(options: { adapter: Adapter }) {
      made.push(options)
      this.adapter = options.adapter
    }
    readonly order = {
      findMany: async ({ where, select }: { where?: unknown; select: Record<string, true> }) => {
        const { queryRaw } = await this.adapter.connect()
        const columns = ['id', ...('note' in select ? ['no_te'] : [])]
          .map((name) => `"public"."Order"."${name}"`)
          .join(', ')
        const field = {
          sql: `SELECT ${columns} FROM "public"."Order" WHERE 1=1 OFFSET $1`,
          args: ['0'],
          argTypes: [string],
        }
        for (const query of where === undefined ? [field] : queries) await queryRaw(query)
      },
    }
  }
  return { Client: Client as unknown as ClientClass, made }
}

const compile = (queries: readonly RecordedQuery[], condition: unknown = { note: 'x' }) =>
  compiler(models, recorder(clientThatAsks(queries).Client, 'public'), 'public').compile(
    order,
    ormWhere('prisma', condition),
  )

const begin = 'SELECT "public"."Order"."id" FROM "public"."Order" '

describe('what Prisma asks', () => {
  test('is compiled without the fence, with values as the engine writes them', async () => {
    const sql = `${begin}WHERE ("public"."Order"."no_te" = $1) OFFSET $2`
    expect(await compile([{ sql, args: ['x', '0'], argTypes: [string, string] }])).toEqual({
      text: `${begin}WHERE ("public"."Order"."no_te" = $1)`,
      values: ['x'],
      key: ['id'],
    })
  })

  test('of instants is in the time zone of the session, and a name that looks like a value is none', async () => {
    const sql = `${begin}WHERE ("public"."Order"."$1" > $1 AND 'it''s $1' = $2) OFFSET $3`
    const instant = { scalarType: 'datetime', dbType: 'TIMESTAMPTZ', arity: 'scalar' } as const
    const { text, values } = await compile([
      { sql, args: [new Date('2026-01-02T03:04:05.678Z'), 'y', 0], argTypes: [instant, string, string] },
    ])
    expect(text).toContain(
      `"$1" > ($1::pg_catalog.timestamp AT TIME ZONE (SELECT zone FROM pgark_session)) AND 'it''s $1' = $2)`,
    )
    expect(values).toEqual(['2026-01-02 03:04:05.678', 'y'])
  })

  test.each([
    ['no query', [], 'makes 0 queries'],
    ['two queries', [1, 2], 'makes 2 queries'],
  ])('must be one query: %s', async (_, times, message) => {
    const query = { sql: `${begin}WHERE 1=1 OFFSET $1`, args: ['0'], argTypes: [string] }
    await expect(compile(times.map(() => query))).rejects.toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining(message),
    })
  })

  test.each([
    ['another table', 'SELECT "public"."Other"."id" FROM "public"."Other" WHERE 1=1 OFFSET $1', 'do not say the same'],
    [
      'more than the key',
      'SELECT "public"."Order"."id", "public"."Order"."no_te" FROM "public"."Order" WHERE 1=1 OFFSET $1',
      'do not say the same',
    ],
    ['no fence', `${begin}WHERE 1=1 LIMIT $1`, 'another query'],
    ['a limit behind the fence', `${begin}WHERE 1=1 OFFSET $1 LIMIT 5`, 'another query'],
  ])('must have the form that is known: %s', async (_, sql, message) => {
    await expect(compile([{ sql, args: ['0'], argTypes: [string] }])).rejects.toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringContaining(message),
    })
  })

  test('must leave out no rows', async () => {
    await expect(
      compile([{ sql: `${begin}WHERE 1=1 OFFSET $1`, args: ['5'], argTypes: [string] }]),
    ).rejects.toMatchObject({ code: 'USAGE.ORM' })
  })
})

describe('what depends on the time zone of the session is refused', () => {
  const schema = `model Order {
  id Int @id
  tz DateTime @pg.Timestamptz(3)
  precise DateTime @pg.Timestamptz(6)
  ts DateTime
  day DateTime @pg.Date
  at DateTime @pg.Time(0)
  tzs DateTime[] @pg.Timestamptz
  tss DateTime[]
  ttzs DateTime[] @pg.Timetz
}`
  const byName = new Map(modelsOf(blocksOf(schema, 'schema.prisma')).map((model) => [model.name, model]))
  const fieldsOf = (condition: unknown) => usedFields(byName.get('Order') as PslModel, condition, byName)
  const field = (name: string) => ({ modelName: 'Order', name, isList: undefined, _toGraphQLInputType() {} })
  const moment = new Date('2026-01-02T03:04:05Z')

  test.each([
    ['tz of Order, a Timestamptz, with ts, a Timestamp', { tz: { gt: field('ts') } }],
    ['ts of Order, a Timestamp, with tz, a Timestamptz', { NOT: [{ ts: { not: { lte: field('tz') } } }] }],
    ['day of Order, a Date, with tz, a Timestamptz', { day: { equals: field('tz') } }],
    ['ts of Order, a Timestamp, with at, a Time', { ts: { gt: field('at') } }],
    ['tzs of Order, a Timestamptz, with ts, a Timestamp', { tzs: { has: field('ts') } }],
    ['tzs of Order, a Timestamptz, with tss, a Timestamp', { tzs: { hasSome: field('tss') } }],
    ['has on tzs of Order, a list of Timestamptz', { tzs: { has: moment } }],
    ['has on ttzs of Order, a list of Timetz', { ttzs: { has: moment } }],
  ])('%s', (message, condition) => {
    expect(() => fieldsOf(condition)).toThrow(
      expect.objectContaining({
        code: 'USAGE.FILTER',
        message: expect.stringContaining(message),
        hint: expect.stringMatching(/sql`…`|use hasSome/),
      }),
    )
  })

  test.each([
    { tz: { gt: field('precise') } },
    { tz: { gt: moment, not: null } },
    { tz: { in: field('tzs') } },
    { tzs: { hasSome: [moment] } },
    { tss: { has: moment } },
  ])('but not %o', (condition) => {
    expect(fieldsOf(condition)).toHaveLength(1)
  })

  test.each(['scalar', 'list'] as const)('a time with a zone: %s', async (arity) => {
    const sql = `${begin}WHERE ("public"."Order"."no_te" = $1) OFFSET $2`
    const time = { scalarType: 'datetime', dbType: 'TIMETZ', arity } as const
    const told = compile([{ sql, args: ['1970-01-01T08:00:00.000Z', '0'], argTypes: [time, string] }])
    await expect(told).rejects.toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('compares a Timetz with a value'),
      hint: expect.stringContaining('sql`…`'),
    })
  })

  test('lists of instants are given with their zone, as Prisma gives them', async () => {
    const sql = `${begin}WHERE ("public"."Order"."no_te" && $1) OFFSET $2`
    const instant = { scalarType: 'datetime', dbType: 'TIMESTAMPTZ', arity: 'scalar' } as const
    const { text, values } = await compile([
      { sql, args: [['2026-01-02T03:04:05.678Z'], '0'], argTypes: [instant, string] },
    ])
    expect(text).toBe(`${begin}WHERE ("public"."Order"."no_te" && $1)`)
    expect(values).toEqual([['2026-01-02T03:04:05.678Z']])
  })
})

test('a getter in a condition that throws is an error without what it says', async () => {
  const condition = {
    get note() {
      throw new Error('canary')
    },
  }
  const [told] = await Promise.allSettled([compile([], condition)])
  expect(told).toMatchObject({
    reason: { code: 'USAGE.FILTER', message: 'The condition on Order cannot be read: a getter in it throws.' },
  })
  expect(told).not.toHaveProperty('reason.cause')
})

describe('the recording driver adapter', () => {
  test('keeps all values in one query, and runs nothing but queries', async () => {
    const { Client, made } = clientThatAsks([])
    recorder(Client, 'app')
    const [{ adapter }] = made as [{ adapter: Adapter }]
    const connected = await adapter.connect()
    expect(connected.getConnectionInfo()).toEqual({
      schemaName: 'app',
      maxBindValues: 1e8,
      supportsRelationJoins: true,
    })
    await expect(connected.executeRaw()).rejects.toThrow('only writes down')
  })

  test('tells apart what is asked at the same time', async () => {
    const record = recorder(clientThatAsks([]).Client, 'public')
    const answers = await Promise.all([
      record.findMany('Order', { select: { id: true } }),
      record.findMany('Order', { select: { note: true } }),
    ])
    expect(answers.map(({ sql }) => sql.includes('no_te'))).toEqual([false, true])
  })
})
