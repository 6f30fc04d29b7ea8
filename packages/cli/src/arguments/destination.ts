import {
  type Exporter,
  file,
  isPgarkError,
  isSingleFileName,
  PgarkError,
  type Problem,
  refuseProblems,
} from '@pgark/core'
import { inItsWords } from '../plugins/in-its-words.ts'
import type { LoadedPlugin } from '../plugins/load-plugin.ts'
import { pluginFault } from '../plugins/plugin-fault.ts'
import { pluginFor } from '../plugins/plugin-for.ts'
import { noPlugins, type Plugins } from '../plugins/plugins.ts'
import { schemeOf, splitUrl, urlProblems, withoutQuery } from './destination-url.ts'
import { problemsOf } from './problems-of.ts'
import { singleObject } from './single-object.ts'

/**
 * The place that a path or URL names, to be closed by the caller. A URL that ends in the name of a single file, such as `shop.sql.zst`, is
 * that one object. `plugins` may know its scheme. Throws `USAGE.OPTIONS` for what is wrong with a URL, and
 * `USAGE.PLUGIN` where no package knows it.
 */
export async function openDestination(text: string, plugins: Plugins = noPlugins): Promise<Exporter> {
  const scheme = schemeOf(text)
  refuseProblems([...urlProblems('The destination', text)])
  if (scheme === undefined) return file(text)
  const loaded = await pluginFor(scheme, plugins)
  const objectKey = objectKeyOf(text)
  if (objectKey === undefined) return await open(loaded, text)
  return singleObject(await open(loaded, splitUrl(text).parent), objectKey)
}

/** What is wrong with the URL of a destination, by the word of the package that knows it. */
export async function openingProblems(text: string, plugins?: Plugins): Promise<readonly Problem[]> {
  if (schemeOf(text) === undefined) return []
  return await problemsOf(async () => (await openDestination(text, plugins)).close())
}

/** The one object that a URL names by its ending. */
export function objectKeyOf(url: string): string | undefined {
  const { name } = splitUrl(url)
  return isSingleFileName(name) && !withoutQuery(url).endsWith('/') ? name : undefined
}

async function open({ title, plugin }: LoadedPlugin, url: string): Promise<Exporter> {
  let opened: Exporter
  try {
    opened = await plugin.open(url)
  } catch (error) {
    throw isPgarkError(error) ? inItsWords(error) : pluginFault(`${title} cannot open ${withoutQuery(url)}`, error)
  }
  if ((opened as Exporter | undefined)?.specVersion === 1) return opened
  throw new PgarkError('USAGE.PLUGIN', `${title} opened ${withoutQuery(url)} as something that pgark cannot use.`, {
    hint: 'install another version of it, or of pgark',
  })
}
