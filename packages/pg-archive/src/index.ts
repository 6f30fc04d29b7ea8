export {
  ArchiveError,
  type ArchiveErrorCode,
  type ArchiveErrorMeta,
  type ArchiveErrorOptions,
} from './archive-error.ts'
export type { Codec, WritableCodec } from './compression/codec.ts'
export { compress } from './compression/compress.ts'
export { decompress } from './compression/decompress.ts'
export { peek } from './compression/peek.ts'
export { openCustom } from './custom/open-custom.ts'
export { type WriteArchiveOptions, writeCustom } from './custom/write-custom.ts'
export { dataFileName } from './directory/data-files.ts'
export { openDirectory } from './directory/open-directory.ts'
export {
  type DataFile,
  type FolderSink,
  type WriteDirectoryOptions,
  writeDataFiles,
  writeDirectory,
} from './directory/write-directory.ts'
export { fromList } from './entries/from-list.ts'
export { withEachLargeObject } from './entries/group-of-large-objects.ts'
export type { ObjectName } from './entries/name-test.ts'
export { ownersOf } from './entries/owners-of.ts'
export { type ParallelOrder, type ParallelStep, parallelOrder } from './entries/parallel-order.ts'
export { type RestoreOrder, restoreOrder } from './entries/restore-order.ts'
export { isOfLargeObject, type RestoredPart, restoredPart } from './entries/restored-part.ts'
export { type EntrySelection, selectEntries } from './entries/select-entries.ts'
export { type TableHierarchy, tableHierarchy } from './entries/table-hierarchy.ts'
export { isListed, type ToListOptions, toList } from './entries/to-list.ts'
export { archiveFile, archiveFolder } from './files/archive-file.ts'
export { openArchive } from './files/open-archive.ts'
export { type ArchivePiece, type ArchiveScriptOptions, archivePieces, archiveScript } from './plain/archive-script.ts'
export { checkDefinition } from './plain/check-definition.ts'
export { dataScript, definitionScript, sessionScript } from './plain/entry-script.ts'
export {
  type EntrySqlOptions,
  entryComment,
  entrySql,
  escapeLineEnds,
  hasOwner,
  PlainSettings,
} from './plain/entry-sql.ts'
export { completionMarker } from './plain/markers.ts'
export { openPlain } from './plain/open-plain.ts'
export { type PlainItem, type ReadPlainOptions, readPlainDump } from './plain/read-plain.ts'
export { sessionSettings } from './plain/session-settings.ts'
export type { ArchiveFile, ArchiveFolder, ArchiveReader } from './reading/archive-reader.ts'
export { detectFormat, formatBytes } from './reading/detect-format.ts'
export type { EntryData, LargeObject, LargeObjectData, TableData } from './reading/entry-data.ts'
export { openTar } from './tar/open-tar.ts'
export { textIn } from './text/text-in.ts'
export type { StringDecoding } from './toc/byte-reader.ts'
export type {
  Archive,
  ArchiveHeader,
  Compression,
  CreationTime,
  DataLocation,
  Section,
  TocEntry,
} from './toc/model.ts'
export { type ReadTocOptions, readToc } from './toc/read-toc.ts'
export { type ReadTocFromOptions, readTocFrom, type TocAndRest } from './toc/read-toc-stream.ts'
export { type WriteTocOptions, writeToc } from './toc/write-toc.ts'
