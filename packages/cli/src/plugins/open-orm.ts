import {
  isPgarkError,
  type OrmAdapter,
  type OrmConnection,
  type OrmLocation,
  type OrmPlugin,
  PgarkError,
} from '@pgark/core'
import { printAsTalk } from '../terminal/print-as-talk.ts'
import { inItsWords } from './in-its-words.ts'
import { type Loaded, loadModule, pluginOf } from './load-module.ts'
import { pluginFault } from './plugin-fault.ts'
import { noPlugins, type Plugins } from './plugins.ts'
import { refuseMissing } from './refuse-missing.ts'

/** The packages of pgark that know an ORM. */
const packages = { prisma: '@pgark/adapter-prisma', typeorm: '@pgark/adapter-typeorm' } as const

export type OrmName = keyof typeof packages

/** Which ORM, and where the application has it. */
export interface OrmChoice extends OrmLocation {
  readonly name: OrmName
  /** By what it was chosen, for people: `--prisma`. */
  readonly by: string
}

/**
 * The adapter for an application's ORM, by the package that knows it. Opens no connection. Throws `USAGE.PLUGIN` where that is missing,
 * with what installs it, or brings something else; and what the adapter throws, in its words.
 */
export async function openOrm(choice: OrmChoice, { folders }: Plugins = noPlugins): Promise<OrmAdapter> {
  const { name, folder } = choice
  const needed = packages[name]
  const loaded = await loadModule(needed, [...folders, folder])
  if (!loaded) return refuseMissing(`${name} needs the package ${needed}, which is not installed.`, needed)
  const adapter = pluginOf<OrmPlugin>(loaded, 'adapter', 'name', 'open')
  if (adapter.plugin.name === name) return await open(adapter, choice)
  throw new PgarkError('USAGE.PLUGIN', `${loaded.title} is for ${adapter.plugin.name}, not for ${name}.`, {
    hint: `npm install ${needed}`,
  })
}

async function open({ title, plugin }: Loaded<OrmPlugin>, { by, file, folder }: OrmChoice): Promise<OrmAdapter> {
  const location = { folder, ...(file !== undefined && { file }) }
  const opened = await inWordsOf(`${title} cannot open ${by}`, () => printAsTalk(() => plugin.open(location)))
  const { specVersion, connection, models, compile } = (opened ?? {}) as Partial<Record<keyof OrmAdapter, unknown>>
  if (specVersion === 1 && [connection, models, compile].every((call) => typeof call === 'function')) return opened
  throw new PgarkError('USAGE.PLUGIN', `${title} opened ${by} as something that pgark cannot use.`, {
    hint: 'install another version of it, or of pgark',
  })
}

/** Where the application's database is, by the word of its ORM. */
export const connectionOf = (orm: OrmAdapter): Promise<OrmConnection> =>
  inWordsOf(`The adapter of ${orm.name} cannot tell the connection`, () => orm.connection())

async function inWordsOf<Result>(what: string, call: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    throw isPgarkError(error) ? inItsWords(error) : pluginFault(what, error)
  }
}
