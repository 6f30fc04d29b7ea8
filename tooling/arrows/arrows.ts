/** Who may know whom. The only table: the lint rule is generated from it, the package.json files are checked against it. */
export interface Arrow {
  /** Packages of this repository and of npm that the sources may import, besides node:*. */
  readonly imports: readonly string[]
  /** A plugin shares the application's core instead of bringing its own: core is its peer. */
  readonly isPlugin?: true
  /** The composition root may read the environment and end the process; libraries may not. */
  readonly isCommand?: true
}

const own = [
  '@pgark/cleaner',
  '@pgark/core',
  '@pgark/engine-postgres',
  '@pgark/filters',
  '@pgark/pg-archive',
  '@pgark/pg-sql',
]
const command = [...own, 'commander', 'jiti']
const engine = ['@pgark/core', '@pgark/pg-archive', '@pgark/pg-sql', '@pgark/pg-sql/rename', 'pg']

export const arrows: Readonly<Record<string, Arrow>> = {
  core: { imports: ['zod'] },
  'pg-sql': { imports: ['libpg-query'] },
  'pg-archive': { imports: ['@pgark/pg-sql'] },
  'engine-postgres': { imports: engine, isPlugin: true },
  cleaner: { imports: ['@pgark/core', '@pgark/pg-sql', '@pgark/pg-sql/rename'], isPlugin: true },
  'adapter-prisma': { imports: ['@pgark/core', '@prisma/client'], isPlugin: true },
  // TypeORM by its types only.
  'adapter-typeorm': { imports: ['@pgark/core', 'typeorm'], isPlugin: true },
  'exporter-gcs': { imports: ['@pgark/core', 'google-auth-library', 'zod'], isPlugin: true },
  'exporter-s3': { imports: ['@pgark/core', '@aws-sdk/client-s3', 'zod'], isPlugin: true },
  filters: { imports: ['@pgark/core'], isPlugin: true },
  cli: { imports: command, isCommand: true },
}
