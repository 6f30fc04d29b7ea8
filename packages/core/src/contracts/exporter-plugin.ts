import type { Exporter } from './exporter.ts'

/**
 * What a package that brings an exporter exports under the name `exporter`, so that URLs can name it: `s3://…` leads to the plugin
 * whose scheme is `s3`. The `pgark` command looks for it in `pgark-exporter-<scheme>`.
 *
 * ```ts
 * export const exporter: ExporterPlugin = { specVersion: 1, scheme: 's3', open: (url) => s3(optionsOf(url)) }
 * ```
 */
export interface ExporterPlugin {
  readonly specVersion: 1
  /** The scheme of its URLs, lower case, without `:`. */
  readonly scheme: string
  /**
   * An exporter for a whole URL, scheme included. Throws `USAGE.OPTIONS`, with all problems at once, for one that it cannot use, before
   * it touches the network. Credentials are never part of a URL: URLs are printed and kept in configuration.
   */
  open(url: string): Exporter | Promise<Exporter>
}
