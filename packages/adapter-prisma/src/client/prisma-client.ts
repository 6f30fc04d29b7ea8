import { wrongOrm } from '../wrong-orm.ts'

// Everything by its shape: a client is a proxy around whatever the application generated, and no instance of a class that is known here.

/** What a client of Prisma has, extended or not. */
export interface PrismaClientLike {
  $extends: unknown
  $connect: unknown
}

export type ClientClass = new (options: Record<string, unknown>) => object

/** The driver adapter of a client. */
export interface DriverAdapter {
  readonly provider?: unknown
  readonly adapterName?: unknown
  /** What pg, or a driver like it, is configured with. Of a pool its options. */
  readonly config?: unknown
  readonly options?: unknown
}

/** Throws `USAGE.ORM` for what is no client, or one of another database. */
export function refuseOtherClients(client: unknown): void {
  const { $extends, $connect, _activeProvider } = Object(client) as Record<string, unknown>
  if (typeof $extends !== 'function' || typeof $connect !== 'function') {
    throw wrongOrm('What fromPrisma() was given is no client of Prisma.', 'give it new PrismaClient({ adapter })')
  }
  const provider = driverAdapterOf(client)?.provider ?? _activeProvider
  if (typeof provider === 'string' && provider !== 'postgres' && provider !== 'postgresql') {
    throw wrongOrm(`The client of Prisma is for no PostgreSQL, but for ${provider}.`, 'pgark backs up PostgreSQL only')
  }
}

/** Undefined for a client of Accelerate. */
export function driverAdapterOf(client: unknown): DriverAdapter | undefined {
  const { _engineConfig: config } = Object(client) as { readonly _engineConfig?: { readonly adapter?: DriverAdapter } }
  return config?.adapter ?? undefined
}

/**
 * The class that Prisma generated. Not the one of the client itself: a subclass, as services in Nest are, would connect by an adapter
 * of its own whatever it is given.
 */
export function generatedClass(client: unknown): ClientClass {
  let found = (client as object).constructor
  for (let parent = Object.getPrototypeOf(found); parent !== Function.prototype && parent !== null; ) {
    found = parent
    parent = Object.getPrototypeOf(parent)
  }
  return found as ClientClass
}
