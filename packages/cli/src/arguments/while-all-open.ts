import type { Exporter } from '@pgark/core'
import type { Plugins } from '../plugins/plugins.ts'
import { stdoutExporter } from '../terminal/stdout-exporter.ts'
import { openDestination } from './destination.ts'
import { whileOpen } from './while-open.ts'

/** Opens the destinations of a backup, `-` being standard output, runs `work` with them, and closes all of them, whatever happens. */
export async function whileAllOpen<T>(
  [text, ...others]: readonly string[],
  plugins: Plugins | undefined,
  work: (opened: readonly Exporter[]) => Promise<T>,
): Promise<T> {
  if (text === undefined) return await work([])
  const first = text === '-' ? stdoutExporter(process.stdout) : await openDestination(text, plugins)
  return await whileOpen(first, () => whileAllOpen(others, plugins, (opened) => work([first, ...opened])))
}
