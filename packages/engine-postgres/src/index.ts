export { type ConnectionTarget, parseTarget } from './connection/parse-target.ts'
export type { PostgresOptions, SslMode } from './options.ts'
export { postgres } from './postgres.ts'
