import path from 'node:path'
import type { OrmAdapter, OrmConnection } from '@pgark/core'
import { type ClientClass, generatedClass } from './client/prisma-client.ts'
import { type Compiler, compiler } from './compile/compile.ts'
import { recorder } from './compile/recorder.ts'
import { wrongCondition } from './compile/wrong-condition.ts'
import type { PrismaConfig } from './config/load-config.ts'
import { prismaMigrations } from './migrations.ts'
import { ormModels } from './models/orm-models.ts'
import type { Block } from './psl/blocks.ts'
import { baseFolder, readSchema, refuseOtherProviders, schemaPlace } from './psl/read-schema.ts'
import { modelsOf } from './psl/schema.ts'

/** What an adapter is made of. Nothing is looked at before it is needed, and once only. */
export interface PrismaSource {
  /** Undefined where only the config file is known: then no condition can be compiled. */
  readonly client: object | undefined
  /** The schema's file or folder, where it was named. */
  readonly schema: string | undefined
  /** Where a schema is looked for that nobody named: as Prisma does, beside a config file that was named, and not beside one that was found. */
  readonly folder: string
  readonly config: () => PrismaConfig | undefined
  readonly connection: () => OrmConnection
  /** The schema of models that name none, where something says it. Needs no connection that can be told. */
  readonly defaultSchema: () => string | undefined
}

export function prismaAdapter(source: PrismaSource): OrmAdapter {
  const place = once(() => {
    const given = source.schema ?? source.config()?.schema
    const found = schemaPlace(given, source.folder)
    const blocks = readSchema(found)
    refuseOtherProviders(blocks)
    return { found, blocks }
  })
  const besideSchema = () => {
    const { found, blocks } = place()
    return path.join(baseFolder(found, blocks), 'migrations')
  }
  const defaultSchema = once(() => source.defaultSchema() ?? 'public')
  const compiled = once(() => compilerFor(source.client, place().blocks, defaultSchema()))
  return Object.freeze({
    specVersion: 1 as const,
    name: 'prisma',
    connection: source.connection,
    async models() {
      return ormModels(modelsOf(place().blocks), defaultSchema())
    },
    async compile(model, where) {
      return await compiled().compile(model, where)
    },
    get migrations() {
      return prismaMigrations(source.config()?.migrations ?? besideSchema(), defaultSchema())
    },
  } satisfies OrmAdapter)
}

function compilerFor(client: object | undefined, blocks: readonly Block[], defaultSchema: string): Compiler {
  if (client === undefined) {
    throw wrongCondition(
      'A condition of Prisma needs the client, and only its config file is known.',
      'use fromPrisma(prisma); on the command line a condition is SQL',
    )
  }
  const Client: ClientClass = generatedClass(client)
  return compiler(modelsOf(blocks), recorder(Client, defaultSchema), defaultSchema)
}

/** What threw is tried again. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
