import path from 'node:path'
import { type OrmPlugin, PgarkError } from '@pgark/core'
import { adapterOfFile } from './from-typeorm-file.ts'

/** For the `pgark` command: `--typeorm dist/data-source.js`, and `typeorm` of a database in the config file. */
export const adapter: OrmPlugin = {
  specVersion: 1,
  name: 'typeorm',
  open: ({ file, folder }) => {
    if (file !== undefined) return adapterOfFile(file, path.resolve(folder, file))
    throw new PgarkError('USAGE.ORM', 'TypeORM has no place of its own for a DataSource.', {
      hint: 'name the compiled module that exports it, as dist/data-source.js',
    })
  },
}
