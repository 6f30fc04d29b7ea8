import { ident } from '@pgark/core'
import { EntitySchema } from 'typeorm'
import { describe, expect, test, vi } from 'vitest'
import { fromTypeORM, where } from '../src/index.ts'
import { blogOn, compileFor, fixture, refusal, type User } from './support.ts'

const fixtureThatThrows = fixture('tells-password.cjs')

const models = async () => {
  const found = await fromTypeORM(blogOn()).models()
  return Object.fromEntries(found.map((model) => [model.name, model]))
}

describe('models', () => {
  test('entities, with renamed, embedded and relation columns', async () => {
    const { User, Post } = await models()
    expect(User).toEqual({
      name: 'User',
      schema: undefined,
      table: 'users',
      columns: {
        ...{ id: 'id', name: 'full_name', born: 'born', deletedAt: 'deleted_at' },
        ...{ 'home.street': 'homeStreet', 'home.zip.code': 'homeZip_Zip_code' },
      },
    })
    expect(Post).toMatchObject({ schema: 'blog', table: 'posts' })
    expect(Post?.columns).toMatchObject({ author: 'author_id', 'author.id': 'author_id', meta: 'meta' })
    // A relation through a join table has no column here.
    expect(Object.keys(Post?.columns ?? {})).not.toContain('tags')
  })

  test('join tables, closure tables, views, and children by single-table inheritance', async () => {
    const { post_tags, nodes_closure, Active, Photo, Media } = await models()
    expect(post_tags).toMatchObject({ schema: 'blog', table: 'post_tags' })
    expect(Object.keys(post_tags?.columns ?? {})).toEqual(['postsTenant', 'postsId', 'tagId'])
    expect(Object.values(nodes_closure?.columns ?? {})).toEqual(['id_ancestor', 'id_descendant'])
    expect(Active).toMatchObject({ table: 'active_users', columns: { id: 'id' } })
    expect(Photo).toMatchObject({ table: 'media', columns: { id: 'id', title: 'title', width: 'width', kind: 'kind' } })
    expect(Photo?.isPartOfTable).toBe(true)
    expect(Media).toMatchObject({ table: 'media' })
    expect(Media).not.toHaveProperty('isPartOfTable')
  })

  test('an empty schema is none', async () => {
    const [tag] = await fromTypeORM(blogOn({ schema: '' })).models()
    expect(tag).toMatchObject({ name: 'Tag', schema: undefined })
  })

  test('the schema of the DataSource is that of entities without one', async () => {
    const found = await fromTypeORM(blogOn({ schema: 'app' })).models()
    const schemas = Object.fromEntries(found.map(({ name, schema }) => [name, schema]))
    expect(schemas).toMatchObject({ User: 'app', Post: 'blog', post_tags: 'blog', nodes_closure: 'app' })
  })
})

describe('the DataSource', () => {
  test('is never initialized, and its metadata are built once, however many ask', async () => {
    const dataSource = blogOn({ synchronize: true, dropSchema: true, migrationsRun: true })
    const initialize = vi.spyOn(dataSource, 'initialize')
    const build = vi.spyOn(dataSource as unknown as Building, 'buildMetadatas')
    const [adapter, other] = [fromTypeORM(dataSource), fromTypeORM(dataSource)]
    expect(build).not.toHaveBeenCalled()
    await Promise.all([adapter.models(), other.models(), adapter.migrations?.ofApplication()])
    await compileFor(adapter, 'User', where<User>({ id: 1 }))
    expect(build).toHaveBeenCalledTimes(1)
    expect(initialize).not.toHaveBeenCalled()
    expect(dataSource.isInitialized).toBe(false)
  })

  test('that is initialized is taken as it is', async () => {
    const dataSource = blogOn()
    await buildBy(dataSource)
    Object.assign(dataSource, { isInitialized: true })
    const [first] = dataSource.entityMetadatas
    const build = vi.spyOn(dataSource as unknown as Building, 'buildMetadatas')
    await fromTypeORM(dataSource).models()
    expect(build).not.toHaveBeenCalled()
    expect(dataSource.entityMetadatas[0]).toBe(first)
  })

  class Bare {}
  const withoutKey = new EntitySchema({ name: 'Keyless', columns: { id: { type: Number } } })
  test.each<[string, string, Parameters<typeof blogOn>[0]]>([
    ['entities', 'Error', { entities: [fixtureThatThrows] }],
    ['entities', 'MissingPrimaryColumnError', { entities: [withoutKey] }],
    ['migrations', 'Error', { migrations: [fixtureThatThrows] }],
    ['subscribers', 'Error', { subscribers: [fixtureThatThrows] }],
  ])('whose %s cannot be read (%s) is refused, each time', async (part, cause, options) => {
    const dataSource = blogOn({ migrations: [Bare], ...options })
    const [first, second] = [fromTypeORM(dataSource), fromTypeORM(dataSource)]
    const works = [
      () => first.migrations?.ofApplication(),
      () => first.models(),
      () => second.migrations?.ofApplication(),
    ]
    for (const work of works) {
      const { code, message, hint } = await refusal(work)
      expect(code).toBe('USAGE.ORM')
      expect(message).toContain(`The ${part} of the DataSource cannot be read: ${cause}`)
      expect(hint).toContain(`what the DataSource says for ${part}`)
    }
  })
})

interface Building {
  buildMetadatas(): Promise<void>
}
const buildBy = (dataSource: unknown) => (dataSource as Building).buildMetadatas()

describe('migrations', () => {
  class Later1760000000000 {
    async up() {}
    async down() {}
  }
  class Renamed {
    name = 'Earlier1750000000000'
    async up() {}
    async down() {}
  }

  test('of the application, in the order of their timestamps', async () => {
    const { migrations } = fromTypeORM(blogOn({ migrations: [Later1760000000000, Renamed] }))
    expect(await migrations?.ofApplication()).toEqual(['Earlier1750000000000', 'Later1760000000000'])
    expect(migrations?.command).toBe('npx typeorm migration:run')
  })

  test.each([false, true])(
    'are loaded, also where the application is at it (initialized: %s)',
    async (isInitialized) => {
      const dataSource = blogOn({ migrations: [fixture('migration.cjs')] })
      const building = buildBy(dataSource)
      while (dataSource.entityMetadatas.length === 0) await Promise.resolve()
      expect(dataSource.migrations).toEqual([])
      // As initialize() says before it builds them.
      Object.assign(dataSource, { isInitialized })
      expect(await fromTypeORM(dataSource).migrations?.ofApplication()).toEqual(['Later1760000000000'])
      await building
    },
  )

  test('of an initialized DataSource that finds none are none, and it stays as it is', async () => {
    const dataSource = blogOn({ migrations: [fixture('no-such-*.cjs')] })
    await buildBy(dataSource)
    Object.assign(dataSource, { isInitialized: true })
    const { entityMetadatas, migrations } = dataSource
    expect(await fromTypeORM(dataSource).migrations?.ofApplication()).toEqual([])
    expect(dataSource.entityMetadatas).toBe(entityMetadatas)
    expect(dataSource.migrations).toBe(migrations)
  })

  test('where they are noted', () => {
    const table = (options: object) => fromTypeORM(blogOn({ migrations: [Renamed], ...options })).migrations?.table
    expect(table({})).toEqual({ schema: undefined, name: 'migrations' })
    expect(table({ schema: 'app', migrationsTableName: 'steps' })).toEqual({ schema: 'app', name: 'steps' })
    const applied = fromTypeORM(blogOn({ migrations: [Renamed] })).migrations?.applied(ident('app', 'steps'))
    expect(applied?.text.join('?')).toBe('SELECT name FROM ? ORDER BY "timestamp", id')
  })

  test('that the application has not', () => {
    for (const migrations of [undefined, [], {}])
      expect(fromTypeORM(blogOn(migrations && { migrations: migrations as [] }))).not.toHaveProperty('migrations')
  })
})
