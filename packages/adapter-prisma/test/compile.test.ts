import { type OrmModel, ormWhere } from '@pgark/core'
import { describe, expect, test } from 'vitest'
import type { ClientClass } from '../src/client/prisma-client.ts'
import { compiler } from '../src/compile/compile.ts'
import { type RecordedQuery, recorder } from '../src/compile/recorder.ts'
import { blocksOf } from '../src/psl/blocks.ts'
import { modelsOf } from '../src/psl/schema.ts'

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
