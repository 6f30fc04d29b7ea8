import type { Engine } from '../contracts/engine.ts'
import type { OrmMigrations } from '../contracts/orm.ts'
import type { Finding, RunContext } from '../contracts/run.ts'
import type { Renames } from '../contracts/shaping.ts'
import { formatNumberOf } from '../units.ts'

const told = 5

/**
 * Whether a database that was restored is at the migrations of the application that is to use it. Nothing where no ORM is known.
 *
 * @param ofApplication its migrations, which are read before anything is restored
 */
export async function compareMigrations(
  ofApplication: readonly string[] | undefined,
  { orm, appliedMigrations, location }: Pick<Engine, 'orm' | 'appliedMigrations' | 'location'>,
  renames: Renames,
  { signal }: RunContext,
): Promise<Finding[]> {
  const migrations = orm?.migrations
  if (!ofApplication || !migrations || !appliedMigrations) return []
  const applied = await appliedMigrations({ ...migrations, table: renamed(migrations.table, renames) }, { signal })
  if (applied === undefined) {
    return [different(`${location} has no table ${migrations.table.name}: which migrations it is at cannot be told.`)]
  }
  const missing = ofApplication.filter((name) => !applied.includes(name))
  const unknown = applied.filter((name) => !ofApplication.includes(name))
  const last = applied.at(-1)
  const at = last === undefined ? 'was backed up before any migration' : `was backed up at the migration ${last}`
  return [
    ...(missing.length > 0
      ? [different(`${location} ${at}, and lacks ${listed(missing)} of the application.`, migrations.command)]
      : []),
    ...(unknown.length > 0
      ? [
          different(
            `${location} ${at}, and has ${listed(unknown)} that the application has not.`,
            'use a version of the application that has them',
          ),
        ]
      : []),
  ]
}

/** What a restore calls the table. */
function renamed({ schema, name }: OrmMigrations['table'], { schemas, tables }: Renames): OrmMigrations['table'] {
  const qualified = schema === undefined ? name : `${schema}.${name}`
  return {
    schema: schema === undefined ? undefined : (schemas[schema] ?? schema),
    name: tables[qualified] ?? tables[name] ?? name,
  }
}

function listed(names: readonly string[]): string {
  const more = names.length > told ? ` and ${names.length - told} more` : ''
  return `${formatNumberOf(names.length, 'migration')} (${names.slice(0, told).join(', ')}${more})`
}

const different = (message: string, hint?: string): Finding => ({
  severity: 'warning',
  code: 'RESTORE.MIGRATIONS',
  message,
  ...(hint !== undefined && { hint }),
})
