import type { ExporterPlugin } from '@pgark/core'
import { optionsOfUrl } from './options/options-of-url.ts'
import { s3 } from './s3.ts'

/** `s3://bucket/prefix?region=…&endpoint=…&forcePathStyle=true`; every option of `s3()` that is no secret may be a parameter. */
export const exporter: ExporterPlugin = { specVersion: 1, scheme: 's3', open: (url) => s3(optionsOfUrl(url)) }
