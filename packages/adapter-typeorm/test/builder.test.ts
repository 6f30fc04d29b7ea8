import type { DataSource } from 'typeorm'
import { describe, expect, test } from 'vitest'
import { fromTypeORM, where } from '../src/index.ts'
import { blog, blogOn, compileFor, type Post, refusal, type User } from './support.ts'

const { Post: PostEntity, User: UserEntity } = blog

async function built(): Promise<{ dataSource: DataSource; adapter: ReturnType<typeof fromTypeORM> }> {
  const dataSource = blogOn()
  const adapter = fromTypeORM(dataSource)
  await adapter.models()
  return { dataSource, adapter }
}

test('a ready builder is for the primary key, and stays as it is', async () => {
  const { dataSource, adapter } = await built()
  const builder = dataSource
    .getRepository(PostEntity)
    .createQueryBuilder('p')
    .leftJoin('p.comments', 'c')
    .where('p.status = :status', { status: 'live' })
    .groupBy('p.tenant, p.id')
    .having('count(c.id) > :n', { n: 3 })
  const before = builder.getQueryAndParameters()
  const { text, values } = await compileFor(adapter, 'Post', where(builder))
  expect(text).toMatch(/^SELECT "p"."tenant" AS "tenant", "p"."id" AS "id" FROM "blog"."posts" "p" LEFT JOIN/)
  expect(text).toMatch(/HAVING count\("c"."id"\) > \$2$/)
  expect(values).toEqual(['live', 3])
  expect(builder.getQueryAndParameters()).toEqual(before)
})

test('soft-deleted rows are among them, unless the adapter or where() is asked otherwise', async () => {
  const { dataSource, adapter } = await built()
  const builder = () => dataSource.getRepository(UserEntity).createQueryBuilder('u').where('u.id < 5')
  expect((await compileFor(adapter, 'User', where(builder()))).text).not.toContain('deleted_at')
  expect((await compileFor(adapter, 'User', where(builder(), { withDeleted: false }))).text).toContain(
    '"deleted_at" IS NULL',
  )
  const without = fromTypeORM(dataSource, { withDeleted: false })
  expect((await compileFor(without, 'User', where(builder()))).text).toContain('"deleted_at" IS NULL')
})

test('one that selects the primary key is accepted, in any order', async () => {
  const { dataSource, adapter } = await built()
  const builder = dataSource.getRepository(PostEntity).createQueryBuilder('p').select(['p.id', 'p.tenant'])
  expect((await compileFor(adapter, 'Post', where(builder))).text).toMatch(/^SELECT "p"."tenant" AS "tenant", "p"."id"/)
})

test.each<[string, (builder: ReturnType<typeof postBuilder>) => unknown]>([
  ['take', (builder) => builder.take(1)],
  ['skip', (builder) => builder.skip(1)],
  ['limit', (builder) => builder.limit(1)],
  ['offset', (builder) => builder.offset(1)],
  ['orderBy', (builder) => builder.orderBy('p.id')],
  ['distinctOn', (builder) => builder.distinctOn(['p.id'])],
  ['setLock', (builder) => builder.setLock('pessimistic_read')],
  ['select', (builder) => builder.select(['p.id'])],
  ['select', (builder) => builder.addSelect('count(*)', 'n')],
  ['select', (builder) => builder.leftJoinAndSelect('p.comments', 'c')],
])('%s is refused', async (name, change) => {
  const { dataSource, adapter } = await built()
  const builder = postBuilder(dataSource)
  change(builder)
  expect(await refusal(() => compileFor(adapter, 'Post', where(builder)))).toMatchObject({
    code: 'USAGE.FILTER',
    message: `The SelectQueryBuilder of Post does more than to find rows: ${name}.`,
  })
})

const postBuilder = (dataSource: DataSource) => dataSource.getRepository(PostEntity).createQueryBuilder('p')

test('one of another table, or that changes rows, is refused', async () => {
  const { dataSource, adapter } = await built()
  expect(await refusal(() => compileFor(adapter, 'User', where(postBuilder(dataSource))))).toMatchObject({
    code: 'USAGE.FILTER',
    message: 'Expected a SelectQueryBuilder of User, got one of Post.',
  })
  const deleting = postBuilder(dataSource).delete() as never
  expect(await refusal(() => compileFor(adapter, 'Post', where(deleting)))).toMatchObject({ code: 'USAGE.FILTER' })
})

test('a parameter that is undefined is refused', async () => {
  const { dataSource, adapter } = await built()
  for (const parameters of [{ ids: undefined }, { ids: [1, undefined] }]) {
    const builder = postBuilder(dataSource).where('p.id = ANY (:ids)', parameters)
    expect(await refusal(() => compileFor(adapter, 'Post', where(builder)))).toMatchObject({
      code: 'USAGE.FILTER',
      message: 'A parameter of the query is or has what is undefined.',
    })
  }
})

describe('what TypeORM passed over in setFindOptions() is refused', () => {
  const finding = async (condition: unknown) => {
    const dataSource = blogOn({ invalidWhereValuesBehavior: { undefined: 'ignore', null: 'ignore' } })
    const adapter = fromTypeORM(dataSource)
    await adapter.models()
    const builder = dataSource.getRepository(UserEntity).createQueryBuilder('u')
    return compileFor(adapter, 'User', where(builder.setFindOptions({ where: condition as never })))
  }

  test.each<[string, unknown, string]>([
    ['a field', { name: undefined }, 'The value at name is undefined.'],
    ['one of a list', [{ id: 1 }, { born: undefined }], 'The value at [1].born is undefined.'],
    ['within a relation', { posts: { status: undefined } }, 'The value at posts.status is undefined.'],
    ['null', { name: null }, 'The value at name is null, which TypeORM would pass over.'],
    ['a relation without fields', { posts: {} }, 'The condition at posts is empty, and TypeORM would pass over it.'],
    ['all of it', undefined, 'Expected the condition to be an object with fields of User.'],
  ])('%s', async (_, condition, message) => {
    expect(await refusal(() => finding(condition))).toMatchObject({ code: 'USAGE.FILTER', message })
  })

  test('and only that', async () => {
    expect((await finding({ id: 3, posts: { status: 'live' } })).values).toEqual([3, 'live'])
    expect((await finding({})).text).not.toContain('WHERE')
  })

  test('fields of an object in where() are parameters', async () => {
    const dataSource = blogOn({ invalidWhereValuesBehavior: { undefined: 'ignore' } })
    const adapter = fromTypeORM(dataSource)
    await adapter.models()
    const builder = dataSource.getRepository(UserEntity).createQueryBuilder('u').where({ id: undefined })
    expect(await refusal(() => compileFor(adapter, 'User', where(builder)))).toMatchObject({ code: 'USAGE.FILTER' })
  })
})

test('one that reaches tables without a schema from one that has one is refused', async () => {
  const { dataSource, adapter } = await built()
  const builder = postBuilder(dataSource).innerJoin('p.author', 'a').where('a.id = 1')
  expect(await refusal(() => compileFor(adapter, 'Post', where(builder)))).toMatchObject({
    code: 'USAGE.FILTER',
    message: expect.stringContaining('The condition reaches User'),
  })
})

// Compiled, not run.
export const typed = (dataSource: DataSource) => [
  where(dataSource.getRepository<Post>(PostEntity).createQueryBuilder()),
  where(dataSource.createQueryBuilder<User>(UserEntity, 'u'), { withDeleted: true }),
  // @ts-expect-error no builder of SELECT
  where(dataSource.createQueryBuilder().delete()),
]
