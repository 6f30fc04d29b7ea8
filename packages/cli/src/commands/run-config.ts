import { refuseConfig } from '../config/config-error.ts'
import { type DescribedValue, describedValues } from '../config/described-values.ts'
import { libraryProblems } from '../config/library-problems.ts'
import { configTitle, type ProjectConfig } from '../config/project-config.ts'
import type { ReadVariables } from '../config/watch-environment.ts'
import { formatTable } from '../terminal/table.ts'
import type { CommonFlags } from './command.ts'

export async function runConfig(flags: CommonFlags, config: ProjectConfig, read: ReadVariables): Promise<void> {
  const { file = '' } = config
  refuseConfig(file, await libraryProblems(config))
  const values = await describedValues(config, read)
  const table = () => formatTable(['setting', 'value', 'from'], values.map(rowOf))
  process.stdout.write(
    flags.json ? `${JSON.stringify({ file, values }, null, 1)}\n` : `${configTitle(config)}\n\n${table()}\n`,
  )
}

function rowOf({ path, value, origin, variables = [], source = '' }: DescribedValue): string[] {
  const text = Array.isArray(value) ? value.join(', ') : value === null ? '(not set)' : String(value)
  return [path, text, [origin, ...variables, source].join(' ').trim()]
}
