import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('../../../../core/dist/index.js', import.meta.url))

/** An application as the adapter below describes it: which variable has the URL of its database, its tables by model, its migrations. */
export interface Application {
  variable?: string
  models?: Readonly<Record<string, string>>
  migrations?: readonly string[]
}

export const describeApplication = (file: string, application: Application): Promise<void> =>
  writeFile(file, JSON.stringify(application))

/**
 * An adapter for applications that are described in a file. Without one it takes `prisma.config.ts` of the folder. A field is called as
 * its column with `its` before.
 */
export const ormPlugin = (name = 'prisma'): string => `
  import { existsSync, readFileSync } from 'node:fs'
  import path from 'node:path'
  import { PgarkError, sql } from ${JSON.stringify(core)}
  function open({ file = 'prisma.config.ts', folder }) {
    const found = path.resolve(folder, file)
    if (!existsSync(found)) throw new PgarkError('USAGE.ORM', 'There is no ' + file + '; schemas are elsewhere.', { hint: 'name one' })
    const { variable = 'APP_URL', models = {}, migrations } = JSON.parse(readFileSync(found, 'utf8'))
    return {
      specVersion: 1,
      name: ${JSON.stringify(name)},
      connection() {
        const url = process.env[variable]
        if (!url) throw new PgarkError('USAGE.ORM', variable + ' of ' + file + ' is not set.', { hint: 'set it' })
        return { origin: 'url of ' + file, options: { connectionString: url } }
      },
      models: async () => Object.entries(models).map(([model, table]) => ({ name: model, schema: undefined, table, columns: {} })),
      compile: async () => { throw new Error('no conditions') },
      ...(migrations && {
        migrations: {
          table: { schema: 'public', name: 'app_migrations' },
          applied: (table) => sql\`SELECT name FROM \${table} ORDER BY name\`,
          ofApplication: async () => migrations,
          command: 'npx app migrate',
        },
      }),
    }
  }
  export const adapter = { specVersion: 1, name: ${JSON.stringify(name)}, open }`

/** Where an application has what is asked for where nothing is named. */
export const configOf = (folder: string): string => path.join(folder, 'prisma.config.ts')
