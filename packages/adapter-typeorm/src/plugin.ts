import { type OrmPlugin, PgarkError } from '@pgark/core'
import { fromFileIn } from './from-typeorm-file.ts'

/** By which the `pgark` command opens what `--typeorm`, or a database of its config file, names. */
export const adapter: OrmPlugin = {
  specVersion: 1,
  name: 'typeorm',
  open({ file, folder }) {
    if (file !== undefined) return fromFileIn(folder, file)
    throw new PgarkError('USAGE.ORM', 'No module with a DataSource was named.', {
      hint: 'name the compiled one, such as dist/data-source.js',
    })
  },
}
