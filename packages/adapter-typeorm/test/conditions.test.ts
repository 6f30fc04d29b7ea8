import { type OrmModel, type OrmWhere, ormWhere } from '@pgark/core'
import {
  And,
  Any,
  Between,
  EntitySchema,
  Equal,
  In,
  IsNull,
  JsonContains,
  LessThan,
  Like,
  MoreThan,
  Not,
  Or,
  Raw,
} from 'typeorm'
import { describe, expect, test } from 'vitest'
import { fromTypeORM, where } from '../src/index.ts'
import { blog, blogOn, compileFor, type Post, refusal, type User } from './support.ts'

const { Post: PostEntity, User: UserEntity } = blog
const adapter = fromTypeORM(blogOn())
/** Of a condition as JavaScript may give it. */
const compile = (model: string, condition: unknown, from = adapter) =>
  compileFor(from, model, ormWhere('typeorm', { condition }))
const wrong = (model: string, condition: unknown, from = adapter) => refusal(() => compile(model, condition, from))

describe('a condition is the query of TypeORM', () => {
  test('for the primary key and nothing else, by its names, without the entity’s order and eager relations', async () => {
    expect(await compile('Post', { status: 'live' })).toEqual({
      text: 'SELECT "Post"."tenant" AS "tenant", "Post"."id" AS "id" FROM "blog"."posts" "Post" WHERE (("Post"."status" = $1))',
      values: ['live'],
      key: ['tenant', 'id'],
    })
  })

  test('with soft-deleted rows, unless the adapter or the condition is asked otherwise', async () => {
    const withoutDeleted = fromTypeORM(blogOn(), { withDeleted: false })
    const isWithout = async (from: typeof adapter, options?: { withDeleted: boolean }) =>
      (await compileFor(from, 'User', where(UserEntity, {}, options))).text.includes('"deleted_at" IS NULL')
    expect(await isWithout(adapter)).toBe(false)
    expect(await isWithout(adapter, { withDeleted: false })).toBe(true)
    expect(await isWithout(withoutDeleted)).toBe(true)
    expect(await isWithout(withoutDeleted, { withDeleted: true })).toBe(false)
  })

  test('of a child by single-table inheritance, for its rows only', async () => {
    const { text, values } = await compile('Photo', {})
    expect(text).toMatch(/FROM "media" "Photo" WHERE "Photo"."kind" IN \(\$1\)$/)
    expect(values).toEqual(['photo'])
    expect((await compile('Media', {})).text).not.toContain('WHERE')
  })

  test('of join tables and closure tables', async () => {
    expect((await compile('post_tags', { tagId: 3 })).text).toMatch(
      /^SELECT "post_tags"."postsTenant" AS "postsTenant", .* FROM "blog"."post_tags" "post_tags" WHERE/,
    )
    expect((await compile('nodes_closure', { id_ancestor: 3 })).values).toEqual([3])
  })

  test('of embedded columns, and of many relations: rows found twice are harmless in IN (…)', async () => {
    expect((await compile('User', { home: { zip: { code: '1010' } } })).text).toContain('"homeZip_Zip_code" = $1')
    const { text } = await compileFor(
      fromTypeORM(blogOn({ schema: 'blog' })),
      'Post',
      where(PostEntity, { comments: { id: In([1, 2]) } }),
    )
    expect(text).toContain('LEFT JOIN "blog"."comments"')
    expect(text).not.toContain('DISTINCT')
  })

  test('the same however often it is made, also with transformers, and the condition stays as it is', async () => {
    const condition = { name: Not(In(['a', 'b'])), born: IsNull() }
    const list = [condition, { name: And(Like('c'), Not('d')) }, { name: 'e' }]
    const given = where(UserEntity, list)
    const first = await compileFor(adapter, 'User', given)
    expect(first.values).toEqual(['<a>', '<b>', '<c>', '<d>', '<e>'])
    expect(await compileFor(adapter, 'User', given)).toEqual(first)
    expect(condition.name.value).toEqual(['a', 'b'])
  })

  test('with values as they are', async () => {
    const at = new Date(0)
    const values = ["O'Neil; --", 9_007_199_254_740_993n, at, Buffer.from([0, 255]), ['a,b'], true]
    expect((await compile('Post', { id: In(values) })).values).toEqual(values)
    expect((await compile('Post', { meta: { a: [1, null] } })).values).toEqual([{ a: [1, null] }])
    expect((await compile('Post', { id: Raw((column) => `${column} % :n = 1`, { n: 2 }) })).values).toEqual([2])
  })

  test('null, where the DataSource takes it for NULL', async () => {
    const sqlNull = fromTypeORM(blogOn({ invalidWhereValuesBehavior: { null: 'sql-null' } }))
    expect((await compile('User', { born: null }, sqlNull)).text).toContain('"born" IS NULL')
  })
})

describe('undefined is refused wherever it stands, before TypeORM sees it', () => {
  const nothing = undefined
  const ignoring = fromTypeORM(
    blogOn({ schema: 'blog', invalidWhereValuesBehavior: { undefined: 'ignore', null: 'ignore' } }),
  )
  test.each<[string, unknown, string]>([
    ['a field', { id: 1, status: nothing }, 'status'],
    ['one of a list', [{ id: 1 }, { status: nothing }], '[1].status'],
    ['a relation', { author: nothing }, 'author'],
    ['within a relation', { author: { name: 'x', born: nothing } }, 'author.born'],
    ['within an embedded one', { author: { home: { zip: { code: nothing } } } }, 'author.home.zip.code'],
    ['within JSON', { meta: { a: [{ b: nothing }] } }, 'meta has at .a[0].b'],
    ['Equal', { id: Equal(nothing) }, 'id'],
    ['Not', { id: Not(nothing) }, 'id'],
    ['Not within Not', { id: Not(Not(nothing)) }, 'id'],
    ['In', { id: In([1, nothing]) }, 'id has at [1]'],
    ['In of nothing', { id: In(nothing as never) }, 'id'],
    ['In of a list with holes', { id: In(new Array(2)) }, 'id has at [0]'],
    ['Any', { id: Any([nothing]) }, 'id has at [0]'],
    ['Between', { id: Between(1, nothing) }, 'id has at [1]'],
    ['LessThan', { id: LessThan(nothing) }, 'id'],
    ['Like', { status: Like(nothing) }, 'status'],
    ['And', { id: And(MoreThan(1), LessThan(nothing)) }, 'id'],
    ['Or of nothing', { id: Or(nothing as never, MoreThan(1)) }, 'id has at [0]'],
    ['JsonContains', { meta: JsonContains({ a: nothing }) }, 'meta has at .a'],
    ['Raw', { id: Raw(nothing as never) }, 'id'],
    ['a parameter of Raw', { id: Raw((column) => `${column} = :n`, { n: nothing }) }, 'id has at .n'],
    ['how many of a relation', { comments: MoreThan(nothing) }, 'comments'],
  ])('%s', async (_, condition, place) => {
    const { code, message } = await wrong('Post', condition, ignoring)
    expect(code).toBe('USAGE.FILTER')
    expect(message).toContain(`at ${place}`)
    expect(message).toMatch(/undefined|no list in In\(\)|no operator/)
  })

  test('IsNull(), and what else has nothing within, is no undefined', async () => {
    expect(
      (await compile('User', { born: IsNull(), name: Not(IsNull()), id: Or(IsNull(), Not(IsNull())) })).values,
    ).toEqual([])
  })
})

describe('what TypeORM would pass over is refused', () => {
  test.each<[string, unknown, string]>([
    ['null', { id: null }, 'is null, which TypeORM would pass over'],
    ['null for a relation', { author: null }, 'is null'],
    ['a relation without fields', { author: {} }, 'The condition at author is empty'],
    ['a date for a relation', { author: new Date() }, 'is empty'],
    ['a key for a relation', { author: 5 }, 'Expected the condition at author to be an object with fields of User'],
    ['whether there is a relation', { author: true }, 'Expected the condition at author'],
    ['a value for embedded columns', { author: { home: 'x' } }, 'Expected the condition at author.home'],
    ['an operator for embedded columns', { author: { home: Not('x') } }, 'Expected the condition at author.home'],
    ['no alternatives', [], 'is empty'],
    ['a date', new Date(), 'is empty'],
    ['a Map', new Map([['id', 1]]), 'is empty'],
    ['an empty alternative', [{ id: 1 }, {}], 'The condition at [1] is empty'],
    ['text', 'id = 1', 'Expected the condition to be an object'],
    ['nothing', undefined, 'Expected the condition to be an object'],
    ['an operator', Not(1), 'Expected the condition to be an object'],
    ['text for a list', { id: In('123' as never) }, 'no list in In()'],
    ['a function', { id: () => '1 OR true' }, 'is a function'],
  ])('%s', async (_, condition, expected) => {
    const from = fromTypeORM(blogOn({ schema: 'blog', invalidWhereValuesBehavior: { null: 'ignore' } }))
    const { code, message } = await wrong('Post', condition, from)
    expect(code).toBe('USAGE.FILTER')
    expect(message).toContain(expected)
  })

  test('a condition that contains itself', async () => {
    const user: { [field: string]: unknown } = { id: 1 }
    user.posts = { author: user }
    const list: unknown[] = []
    list.push({ id: 1 }, list)
    for (const [condition, place] of [
      [user, 'posts.author'],
      [list, '[1]'],
    ] as const) {
      expect(await wrong('User', condition)).toMatchObject({
        code: 'USAGE.FILTER',
        message: `The condition at ${place} contains itself.`,
      })
    }
    const same = { status: 'live' }
    expect((await compile('User', [{ posts: same }, { posts: same }])).values).toEqual(['live', 'live'])
  })

  test('a value or an operator that contains itself', async () => {
    const operators: unknown[] = [MoreThan(1)]
    const operator = And(...(operators as [ReturnType<typeof MoreThan<number>>]))
    ;(operator.value as unknown as unknown[]).push(operator)
    const meta: { [field: string]: unknown } = {}
    meta.meta = meta
    for (const condition of [{ id: operator }, { meta }, { meta: Equal(meta) }])
      expect((await wrong('Post', condition)).code).toBe('USAGE.FILTER')
    expect((await wrong('Post', { id: operator })).message).toContain('an operator that contains itself')
  })

  test.each<[unknown, string]>([
    [{ id: In('123' as never) }, 'give a list: In([…])'],
    [{ id: Or('1' as never) }, 'give operators, as in Or(LessThan(3), IsNull())'],
    [{ id: () => 1 }, 'give what it answers; for SQL give Raw()'],
    [{ id: In([undefined]) }, 'check that it is set; for NULL give IsNull()'],
  ])('with what to do about that problem: %j', async (condition, hint) => {
    expect((await wrong('User', condition)).hint).toBe(hint)
  })

  test('null, which it would throw for, with what to write', async () => {
    expect(await wrong('User', { born: null })).toEqual({
      code: 'USAGE.FILTER',
      message: 'The value at born is null, which TypeORM refuses.',
      hint: expect.stringContaining('IsNull()'),
    })
  })
})

describe('unknown fields, with the closest', () => {
  test.each<[unknown, string, string]>([
    [{ nmae: 'x' }, 'User has no field nmae.', 'did you mean name?'],
    [{ full_name: 'x' }, 'User has no field full_name.', 'did you mean name?'],
    [{ home: { zip: { cod: 1 } } }, 'User has no field cod at home.zip.', 'did you mean code?'],
    [[{ posts: { stauts: 'live' } }], 'Post has no field stauts at [0].posts.', 'did you mean status, tags?'],
    [
      { xyzzy: 1 },
      'User has no field xyzzy.',
      'its fields are id, name, born, deletedAt, postCount, home, follows, posts',
    ],
  ])('%j', async (condition, message, hint) => {
    expect(await wrong('User', condition)).toEqual({ code: 'USAGE.MODEL', message, hint })
  })

  test.each(['where', 'take', 'skip', 'order', 'select', 'relations', 'withDeleted'])(
    '%s, an option of find()',
    async (name) => {
      const { code, hint } = await wrong('User', { id: 1, [name]: {} })
      expect(code).toBe('USAGE.MODEL')
      expect(hint).toContain(`${name} is an option of find(), and no condition`)
    },
  )
})

describe('a condition that is not for this', () => {
  test('another entity', async () => {
    expect(await refusal(() => compileFor(adapter, 'User', where(PostEntity, { id: 1 })))).toMatchObject({
      code: 'USAGE.FILTER',
      message: 'The where() of User is one for Post.',
    })
  })

  test('another entity of the same name', async () => {
    const itemIn = (schema: string) => {
      class Item {
        id = 0
      }
      return new EntitySchema<Item>({
        name: 'Item',
        target: Item,
        schema,
        tableName: 'items',
        columns: { id: { type: Number, primary: true } },
      })
    }
    const [ours, theirs, elsewhere] = [itemIn('ours'), itemIn('theirs'), itemIn('ours')]
    const both = fromTypeORM(blogOn({ entities: [ours, theirs] }))
    const models = await both.models()
    const compileIn = (schema: string, given: OrmWhere) =>
      both.compile(models.find((model) => model.schema === schema) as OrmModel, given)
    const classOf = (each: typeof ours) => each.options.target as new () => { id: number }
    for (const entity of [theirs, classOf(theirs)]) {
      expect((await compileIn('theirs', where(entity, { id: 1 }))).text).toContain('"theirs"."items"')
      expect(await refusal(() => compileIn('ours', where(entity, { id: 1 })))).toMatchObject({
        code: 'USAGE.FILTER',
        message: 'The where() of Item is one for Item of theirs.items, not of ours.items.',
      })
    }
    // Loaded twice, there is only the name.
    expect((await compileIn('ours', where(elsewhere, { id: 1 }))).text).toContain('"ours"."items"')
    const tagsIn = (schema: string) =>
      new EntitySchema({ name: 'Label', schema, tableName: 'labels', columns: { id: { type: Number, primary: true } } })
    const [first, last] = [tagsIn('first'), tagsIn('last')]
    const labels = fromTypeORM(blogOn({ entities: [first, last] }))
    const label = (await labels.models()).find(({ schema }) => schema === 'last') as OrmModel
    expect((await refusal(() => labels.compile(label, where(first, { id: 1 })))).message).toContain(
      'is one for Label of first.labels, not of last.labels.',
    )
    class Other {
      id = 0
    }
    expect((await refusal(() => compileIn('ours', where(Other, { id: 1 })))).message).toBe(
      'The where() of Item is one for Other.',
    )
  })

  test('another ORM', async () => {
    expect(await refusal(() => compileFor(adapter, 'User', ormWhere('prisma', {})))).toMatchObject({
      code: 'USAGE.FILTER',
    })
  })

  test('one of several that TypeORM knows by one name', async () => {
    const other = new EntitySchema({
      name: 'post_tags',
      tableName: 'other',
      columns: { id: { type: Number, primary: true } },
    })
    const both = fromTypeORM(blogOn({ entities: [...blog.entities, other] }))
    const models = (await both.models()).filter(({ name }) => name === 'post_tags')
    expect(models.map(({ table }) => table).toSorted()).toEqual(['other', 'post_tags'])
    const told = await Promise.all(
      models.map((model) =>
        both.compile(model, ormWhere('typeorm', { condition: {} })).then(
          ({ text }) => text.includes(`"${model.table}"`),
          ({ message }: Error) => message,
        ),
      ),
    )
    expect(told.toSorted()).toEqual(['TypeORM knows several entities as post_tags.', true])
  })

  test('a view, which has no rows', async () => {
    expect(await wrong('Active', { id: 1 })).toMatchObject({
      code: 'USAGE.FILTER',
      message: expect.stringContaining('Active is a view, which has no rows of its own'),
      hint: 'filter the tables that have the rows',
    })
  })

  test('tables without a schema, from one that has one', async () => {
    for (const condition of [
      { author: { name: 'x' } },
      { tags: { id: 1 } },
      [{ comments: { post: { author: { id: 1 } } } }],
    ]) {
      expect(await wrong('Post', condition)).toMatchObject({
        code: 'USAGE.FILTER',
        message: expect.stringMatching(/^The condition reaches (User|Tag), whose table (users|tag) has no schema/),
      })
    }
    expect((await compile('User', { posts: { status: 'live' } })).text).toContain('"blog"."posts"')
  })

  test('options of where() that there are not', async () => {
    expect(await refusal(() => where<User>({ id: 1 }, { withDelete: true } as never))).toMatchObject({
      code: 'USAGE.FILTER',
      hint: 'did you mean withDeleted?',
    })
  })
})

test('no message has a value of the condition, nor what TypeORM says of it', async () => {
  const secret = 'hunter2'
  const bad: [string, unknown][] = [
    ['User', { nmae: secret }],
    ['User', { name: secret, born: undefined }],
    ['User', { name: In(secret as never) }],
    ['User', { posts: secret }],
    ['User', { home: Not(secret) }],
    ['User', secret],
    [
      'User',
      {
        name: Raw(() => {
          throw new Error(secret)
        }),
      },
    ],
    ['User', { posts: Equal(secret) }],
    ['Post', { id: Or(secret as never) }],
  ]
  for (const [model, condition] of bad) {
    const told = await wrong(model, condition)
    expect(told.code).toMatch(/^USAGE\.(FILTER|MODEL)$/)
    expect(JSON.stringify(told)).not.toContain(secret)
  }
})

// Compiled, not run: what the compiler must refuse.
export const typed = () => [
  where<Post>({ status: 'live', author: { home: { zip: { code: Like('1%') } } } }),
  where(UserEntity, [{ name: 'x' }, { posts: { tags: { id: In([1]) } } }], { withDeleted: false }),
  // @ts-expect-error no such field
  where<Post>({ stauts: 'live' }),
  // @ts-expect-error no such value
  where<Post>({ status: 'paid' }),
  // @ts-expect-error no such field of a relation
  where(PostEntity, { author: { nmae: 'x' } }),
  // @ts-expect-error a value of another type
  where(UserEntity, { id: 'one' }),
  // @ts-expect-error of which entity is not said
  where({ id: 1 }),
  // @ts-expect-error no such option
  where<Post>({ id: 1 }, { take: 3 }),
]
