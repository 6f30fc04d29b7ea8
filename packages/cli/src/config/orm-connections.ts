import { postgres } from '@pgark/engine-postgres'
import { connectionOf, openOrm } from '../plugins/open-orm.ts'
import { pluginsWith } from '../plugins/plugins.ts'
import { redact } from '../terminal/redact.ts'
import type { DescribedValue } from './described-values.ts'
import { ormOfDatabase } from './orm-database.ts'
import type { ProjectConfig } from './project-config.ts'

/** Where the databases are that the config names by an ORM. Nothing connects. */
export async function ormConnections(config: ProjectConfig): Promise<readonly DescribedValue[]> {
  const choices = [...config.databases.keys()].flatMap((name) => ormOfDatabase(name, config) ?? [])
  return await Promise.all(
    choices.map(async (choice): Promise<DescribedValue> => {
      const orm = await openOrm(choice, pluginsWith(undefined, config))
      const { origin } = await connectionOf(orm)
      return { path: choice.by, value: postgres({ orm }).location, origin: 'orm', source: redact(origin) }
    }),
  )
}
