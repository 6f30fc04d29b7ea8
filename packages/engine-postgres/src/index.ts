export type { PostgresOptions, SslMode } from './options.ts'
export { postgres } from './postgres.ts'
