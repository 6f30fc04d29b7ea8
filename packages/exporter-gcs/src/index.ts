export { gcs } from './gcs.ts'
export type { GcsOptions } from './options/gcs-options.ts'
export { exporter } from './plugin.ts'
