import type { Command } from 'commander'

/** Adds the flags that name an application's ORM. */
export function withOrm(command: Command): Command {
  return command
    .option(
      '--prisma [config]',
      "the application's database and models, as Prisma has them; a config as --prisma=<file>",
    )
    .option(
      '--typeorm <file>',
      "the same of TypeORM: the module with the application's DataSource, dist/data-source.js",
    )
}
