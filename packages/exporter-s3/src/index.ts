export { exporter } from './exporter.ts'
export type { S3Credentials, S3Options } from './options/s3-options.ts'
export { s3 } from './s3.ts'
