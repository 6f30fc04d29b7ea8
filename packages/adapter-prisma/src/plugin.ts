import type { OrmPlugin } from '@pgark/core'
import { fromPrismaConfig } from './from-prisma-config.ts'

/** By which the `pgark` command opens what `--prisma`, or a database of its config file, names. */
export const adapter: OrmPlugin = {
  specVersion: 1,
  name: 'prisma',
  open: ({ file, folder }) => fromPrismaConfig({ cwd: folder, configFile: file }),
}
