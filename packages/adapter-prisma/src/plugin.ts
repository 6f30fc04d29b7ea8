import type { OrmAdapter } from '@pgark/core'
import { fromPrismaConfig } from './from-prisma-config.ts'

/** By which the `pgark` command opens what `--prisma`, or a database of its config file, names. */
export const adapter = {
  specVersion: 1 as const,
  name: 'prisma',
  open: ({ file, folder }: { readonly file?: string | undefined; readonly folder: string }): OrmAdapter =>
    fromPrismaConfig({ cwd: folder, configFile: file }),
}
