import { ident } from '@pgark/core'
import { describe, expect, test, vi } from 'vitest'
import { fromTypeORM, where } from '../src/index.ts'
import { blog, blogOn, compileFor, refusal, type User } from './support.ts'

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

  test('that has its metadata is taken as it is', async () => {
    const dataSource = blogOn()
    await (dataSource as unknown as Building).buildMetadatas()
    const [first] = dataSource.entityMetadatas
    const build = vi.spyOn(dataSource as unknown as Building, 'buildMetadatas')
    await fromTypeORM(dataSource).models()
    expect(build).not.toHaveBeenCalled()
    expect(dataSource.entityMetadatas[0]).toBe(first)
  })

  test('whose entities cannot be read is refused, and asked again the next time', async () => {
    class Bare {}
    const dataSource = blogOn({ entities: [Bare, ...blog.entities.slice(0, 1)] })
    const adapter = fromTypeORM(blogOn({ entities: [fixtureThatThrows] }))
    expect(await refusal(() => adapter.models())).toMatchObject({
      code: 'USAGE.ORM',
      message: expect.stringMatching(/^The entities of the DataSource cannot be read: Error\.$/),
      hint: expect.stringContaining('compiled'),
    })
    vi.spyOn(dataSource as unknown as Building, 'buildMetadatas').mockRejectedValueOnce(new Error('not yet'))
    const later = fromTypeORM(dataSource)
    expect((await refusal(() => later.models())).message).toContain('Error: not yet')
    expect((await later.models()).map(({ name }) => name)).toEqual(['Tag'])
  })
})

interface Building {
  buildMetadatas(): Promise<void>
}

const fixtureThatThrows = new URL('fixtures/tells-password.cjs', import.meta.url).pathname

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
