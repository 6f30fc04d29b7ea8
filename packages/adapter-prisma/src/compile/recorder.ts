import type { ClientClass } from '../client/prisma-client.ts'
import { wrongOrm } from '../wrong-orm.ts'

/** A query as a driver adapter is given it. */
export interface RecordedQuery {
  readonly sql: string
  readonly args: readonly unknown[]
  readonly argTypes: readonly ArgumentType[]
}

export interface ArgumentType {
  readonly scalarType?: string
  readonly dbType?: string | null
  readonly arity?: 'scalar' | 'list'
}

/** A client that writes down its queries and finds no rows. It connects to nothing. */
export interface Recorder {
  /** The one query that `findMany` makes of this. Rejects with what the client throws. */
  findMany(model: string, query: FindMany): Promise<RecordedQuery>
}

export interface FindMany {
  readonly select: Readonly<Record<string, true>>
  readonly where?: unknown
}

/** Above what any condition has: a query with more values than that would be cut into several. */
const maxBindValues = 1e8

/** A recorder with the class that Prisma generated, for models in that schema where they name none. */
export function recorder(Client: ClientClass, schemaName: string): Recorder {
  let recorded: RecordedQuery[] = []
  let last: Promise<unknown> = Promise.resolve()
  const client = new Client({
    adapter: recordingAdapter(schemaName, (query) => recorded.push(query)),
    errorFormat: 'minimal',
  })
  const findMany = async (model: string, query: FindMany): Promise<RecordedQuery> => {
    recorded = []
    const delegate = delegateOf(client, model)
    await delegate.findMany(query)
    const [only, ...others] = recorded
    if (only && others.length === 0) return only
    throw wrongOrm(
      `Prisma makes ${recorded.length} queries of one condition on ${model}, where one was expected.`,
      'give a condition as sql`…`; this version of Prisma is not known here',
    )
  }
  return {
    findMany(model, query) {
      // One after the other: nothing in a query says which call it is of.
      const answer = last.then(() => findMany(model, query))
      last = Promise.allSettled([answer])
      return answer
    },
  }
}

interface Delegate {
  findMany(query: FindMany): Promise<unknown>
}

/** As Prisma names it in the client: with its first letter in lower case. */
function delegateOf(client: object, model: string): Delegate {
  const name = `${model.slice(0, 1).toLowerCase()}${model.slice(1)}`
  const delegate = (client as Record<string, Partial<Delegate> | undefined>)[name]
  if (typeof delegate?.findMany === 'function') return delegate as Delegate
  throw wrongOrm(`The client of Prisma does not know the model ${model} of the schema.`, 'run npx prisma generate')
}

/** https://www.prisma.io/docs/orm/overview/databases/database-drivers */
function recordingAdapter(schemaName: string, record: (query: RecordedQuery) => void) {
  const refuse = async () => {
    throw new Error('This client only writes down what it would ask.')
  }
  const names = { provider: 'postgres', adapterName: '@pgark/adapter-prisma' }
  const adapter = {
    ...names,
    async queryRaw(query: RecordedQuery) {
      record(query)
      return { columnNames: [], columnTypes: [], rows: [] }
    },
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ schemaName, maxBindValues, supportsRelationJoins: true }),
    async dispose() {},
  }
  return { ...names, connect: async () => adapter }
}
