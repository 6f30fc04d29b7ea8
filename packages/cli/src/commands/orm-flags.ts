import type { Command } from 'commander'

/** Adds the flags that name an application's ORM, of which the command takes the database and models, or what else is said here. */
export function withOrm(command: Command, what = 'database and models'): Command {
  return command
    .option('--prisma [config]', `the application's ${what}, as Prisma has them; a config as --prisma=<file>`)
    .option('--typeorm <file>', `the same by TypeORM's DataSource in this module, such as dist/data-source.js`)
}
