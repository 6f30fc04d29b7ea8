import { createRequire } from 'node:module'
import { isPgarkError, type OrmAdapter, type OrmWhere } from '@pgark/core'
import { DataSource, type DataSourceOptions, type EntityTarget, type ObjectLiteral } from 'typeorm'

export interface Blog {
  readonly Post: EntityTarget<Post> & (new () => Post)
  readonly User: EntityTarget<User> & (new () => User)
  readonly entities: (new () => ObjectLiteral)[]
  readonly AppDataSource: DataSource
}

export interface User {
  id: number
  name: string
  born: string | null
  home: { street: string; zip: { code: string } }
  deletedAt: Date | null
  posts: Post[]
}

export interface Post {
  tenant: number
  id: number
  status: 'draft' | 'live'
  meta: object
  author: User
  comments: { id: number }[]
  tags: { id: number }[]
}

export const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname
export const blog: Blog = createRequire(import.meta.url)('./fixtures/decorated.cjs')

type PostgresOptions = DataSourceOptions & { type: 'postgres' }

/** A DataSource of the blog, with nothing where pools would be made. */
export const blogOn = (options: Partial<PostgresOptions> = {}): DataSource =>
  new DataSource({ type: 'postgres', host: 'db.internal', entities: blog.entities, driver: withoutPools, ...options })

/** A pg that cannot connect. */
const withoutPools = {
  Pool: class {
    constructor() {
      throw new Error('Expected no pool')
    }
  },
}

/** The query for a model by name. */
export async function compileFor(adapter: OrmAdapter, name: string, where: OrmWhere) {
  const model = (await adapter.models()).find((each) => each.name === name)
  if (!model) throw new Error(`Expected a model ${name}`)
  return await adapter.compile(model, where)
}

/** The error of pgark that the work throws, as what people see of it. */
export async function refusal(work: () => unknown): Promise<{ code: string; message: string; hint?: string }> {
  try {
    await work()
  } catch (error) {
    if (!isPgarkError(error)) throw error
    const { code, message, hint, cause } = error
    return { code, message, ...(hint !== undefined && { hint }), ...(cause !== undefined && { cause }) }
  }
  throw new Error('Expected it to be refused')
}
