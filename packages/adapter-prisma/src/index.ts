export { type FromPrismaOptions, fromPrisma } from './from-prisma.ts'
export { type FromPrismaConfigOptions, fromPrismaConfig } from './from-prisma-config.ts'
export { adapter } from './plugin.ts'
export { type PrismaFilters, type PrismaWhere, where } from './where.ts'
