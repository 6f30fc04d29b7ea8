import type { ExporterPlugin } from '@pgark/core'
import { gcs } from './gcs.ts'
import { optionsOfUrl } from './options/options-of-url.ts'

/** `gs://bucket/prefix?storageClass=NEARLINE`: for the `pgark` command, and whoever else has URLs. */
export const exporter: ExporterPlugin = {
  specVersion: 1,
  scheme: 'gs',
  open: (url) => gcs(optionsOfUrl(url)),
}
