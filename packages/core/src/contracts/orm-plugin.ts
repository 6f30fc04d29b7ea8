import type { OrmAdapter } from './orm.ts'

/**
 * What a package that brings the adapter of an ORM exports under the name `adapter`, so that the `pgark` command and config files can
 * name it: `--prisma` leads to the plugin of that name.
 *
 * ```ts
 * export const adapter: OrmPlugin = {
 *   specVersion: 1,
 *   name: 'prisma',
 *   open: ({ file, folder }) => fromPrismaConfig({ cwd: folder, configFile: file }),
 * }
 * ```
 */
export interface OrmPlugin {
  readonly specVersion: 1
  /** Of its adapters, too: stable, lower case. */
  readonly name: string
  /**
   * The adapter for an application. Opens no connection. Throws `USAGE.ORM`, with where it looked, for what it cannot find or read;
   * what only `connection()` needs may be left to that, since a database may be named that is another one.
   */
  open(location: OrmLocation): OrmAdapter | Promise<OrmAdapter>
}

/** Where the ORM of an application is described. */
export interface OrmLocation {
  /** Its config file, or the module that has its data source, as it was given: a relative one begins in `folder`. Undefined: the ORM's own. */
  readonly file?: string | undefined
  /** Absolute: where the ORM looks for its own. */
  readonly folder: string
}
