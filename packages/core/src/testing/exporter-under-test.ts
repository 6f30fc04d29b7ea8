import type { Exporter } from '../contracts/exporter.ts'

export type OpenExporter = () => Exporter | Promise<Exporter>

/**
 * What the cases of `exporterContract` are run against: a place, empty when a case begins, and ways to look behind it. `open` is all
 * that must be there; each further field lets more cases run.
 */
export interface ExporterUnderTest {
  /** An exporter over the place. May be called several times in a case: what one has written, the others see. The case closes it. */
  readonly open: OpenExporter
  /** The size at which the exporter begins a new part of an upload, if it has parts: bodies are written around it. Default 1 MiB. */
  readonly partSizeBytes?: number
  /**
   * The most that one write may hold of its body, in bytes, buffers of its client included. Four times as much is sent. It is measured
   * as the array buffers of this thread, so a server that keeps objects in memory must run in a process or worker of its own.
   */
  readonly heldBytes?: number
  /** 1,100 small objects are written in seconds: paging is tried. Default false. */
  readonly isCheapPerObject?: boolean
  /**
   * Whatever lies at the place and is no whole object, for people: temporary files, uploads that were begun and neither completed nor
   * aborted. Asked of the destination itself, not of the exporter.
   */
  readonly unfinished?: () => Promise<readonly string[]>
  /**
   * A module that exports `open` like this object's, over this or another place. It is loaded by a process of its own, which must end by
   * itself when the exporter is closed. What it has to know can come in the environment or in the URL's query (`import.meta.url`).
   */
  readonly module?: URL
  readonly faults?: ExporterFaults
}

/** Exporters over the same place that meet something. The place itself is as good as ever. */
export interface ExporterFaults {
  /** With credentials that the destination does not accept. */
  readonly wrongCredentials?: OpenExporter
  /** With the right to read and list, and none to write. */
  readonly readOnly?: OpenExporter
  /** Over a bucket that does not exist, or a folder whose parent does not exist. */
  readonly missingPlace?: OpenExporter
  /**
   * By name: trouble in the middle of writing and of reading three parts that an exporter must get over, such as one 503, a cut
   * connection, or an answer that got lost after the server had done what it was told.
   */
  readonly passing?: Readonly<Record<string, OpenExporter>>
  /**
   * By name: trouble that begins while three parts are being written and lasts until the exporter gives up, such as nothing but 500s.
   * Cleaning up gets through.
   */
  readonly lasting?: Readonly<Record<string, OpenExporter>>
}
