import { availableParallelism } from 'node:os'
import type { BackupRequest, Compression, CompressionCodec, Engine, Selection } from '../contracts/engine.ts'
import type { Exporter } from '../contracts/exporter.ts'
import type { OrmWhere } from '../contracts/orm.ts'
import type { RunOptions } from '../contracts/run.ts'
import type { Cleaner, FilterInput, OnOrphans } from '../contracts/shaping.ts'
import type { BackupFilters } from '../contracts/typed-where.ts'
import { identityOf } from '../destination/identity.ts'
import { type Problem, refuseProblems } from '../errors/problems.ts'
import { encodeName } from '../manifest/backup-id.ts'
import { backupForm } from './backup-form.ts'
import { flagProblems, isObject, keyProblems, pluginProblems, textProblems } from './check-call.ts'
import { renameProblems, renamesOf } from './rename-options.ts'
import { cleanerProblems, filterProblems } from './shaping-problems.ts'

/** What to back up, where to, and how. */
export interface BackupOptions<Conditions = unknown> extends Selection, RunOptions {
  /** The database, for example `postgres(url)`. */
  engine: Engine<Conditions>
  /**
   * The destination, for example `file('shop.sql.zst')`, or several: the database is read once, and each gets the whole backup or fails on
   * its own (see `BackupResult.destinations`). All get the same format and compression; the slowest sets the pace.
   */
  to: Exporter | readonly Exporter[]
  /** One of `engine.formats`. Default: by the name of a single file, otherwise the engine's first. */
  format?: string
  /** Default: by the name of a single file, otherwise zstd level 1. */
  compression?: CompressionCodec | Compression
  /** Directory format: how many connections read at once, 1 to 64. Default: as many as there are CPUs, at most 4. */
  jobs?: number
  /** Directory format: tables larger than this (on the server's disk) have their data in chunks. Default 256 MB, at least 4 MB. */
  chunkSizeBytes?: number
  /** First part of the backup's id: 1 to 100 characters, at most 200 once percent-encoded. Default: the database's name. */
  name?: string
  /** Your own facts, kept in the manifest: up to 64 keys, 256 characters a key, 4,096 a value. */
  metadata?: Record<string, string>
  /** Replace a file that is already there. Default false. */
  overwrite?: boolean
  /** Begin a plain file with comments that tell where it comes from. Default true. */
  header?: boolean
  /** Plain format: restore with triggers and foreign keys off. Needs a superuser there. Default false. */
  disableTriggers?: boolean
  /** Encoding of the text, by PostgreSQL's name for it. Default: the database's. */
  encoding?: string
  /** Read at SERIALIZABLE READ ONLY DEFERRABLE. Default false. */
  serializable?: boolean
  /**
   * Which rows, by table: `orders` or `shop.orders`, patterns allowed; without a schema what the search_path finds, otherwise the
   * table of that name in the backup. A `Filter` such as `dateRange(…)`, a condition as sql`…`, a
   * query for primary keys as an ORM compiles it, or the text of a whole SELECT over the table. Other tables are backed up whole.
   * With an engine that has an application's ORM: by model, with names of fields, and a condition as that ORM's adapter has it, `where(…)`.
   */
  filters?: BackupFilters<NoInfer<Conditions>>
  /** What happens when rows would refer to rows that filters leave out. Default `fail`. */
  onOrphans?: OnOrphans
  /** Record the values of filters in the backup. Default false: how many they are, and their hash. */
  filterValues?: boolean
  /** New names of schemas in the backup, by their old ones. */
  renameSchemas?: Readonly<Record<string, string>>
  /** New names of tables in the backup, by their old ones, as `papers` or `shop.papers`; the new ones have no schema. */
  renameTables?: Readonly<Record<string, string>>
  /** What the definitions look like, in order, for example `sqlCleaner()`. Default: as pg_dump wrote them. */
  cleaners?: readonly Cleaner[]
}

const knownOptions = new Set(
  (
    'engine to format compression jobs chunkSizeBytes name metadata overwrite header disableTriggers encoding serializable signal onEvent log ' +
    'filters onOrphans filterValues renameSchemas renameTables cleaners ' +
    'schemas excludeSchemas tables excludeTables excludeTableData schemaOnly dataOnly noOwner noPrivileges'
  ).split(' '),
)
const selectionKeys = ['schemas', 'excludeSchemas', 'tables', 'excludeTables', 'excludeTableData'] as const
const selectionFlags = ['schemaOnly', 'dataOnly', 'noOwner', 'noPrivileges'] as const
const maxLevel: Record<CompressionCodec, number> = { none: 0, gzip: 9, zstd: 19 }
const mostJobs = 64
const defaultJobs = () => Math.min(4, availableParallelism())
const megabyte = 1024 * 1024
const leastChunkBytes = 4 * megabyte
const defaultChunkBytes = 256 * megabyte
/** With time, random digits and ending, what the 255 bytes of a file name leave. */
const maxEncodedName = 200
const metadataLimits = { keys: 64, keyLength: 256, valueLength: 4096 }

/** Everything that is wrong with the options of a backup and can be told without a server; none when they are right. */
export function backupProblems(options: BackupOptions): readonly Problem[] {
  return check(options).problems
}

/** Options that are right, with the defaults filled in, in the words of the caller. */
export interface CheckedBackupOptions extends Omit<BackupRequest, 'id' | 'filters'> {
  readonly filters: Readonly<Record<string, FilterInput | OrmWhere>>
}

/** A backup that is not made: its destinations may be left out. */
export type UnwrittenBackupOptions<Conditions = unknown> = Omit<BackupOptions<Conditions>, 'to'> &
  Partial<Pick<BackupOptions<Conditions>, 'to'>>

/** Throws all problems at once, or fills in the defaults. */
export function resolveBackupOptions(options: BackupOptions): CheckedBackupOptions {
  const { problems, resolved } = check(options)
  refuseProblems(problems)
  return resolved
}

/** The same for a backup that is not made, with what else is wrong with the call. */
export function resolveUnwritten(options: UnwrittenBackupOptions, more: Iterable<Problem> = []): CheckedBackupOptions {
  const isWithout = isObject(options) && options.to === undefined
  const { problems, resolved } = check(isWithout ? { ...options, to: [] } : (options as BackupOptions), !isWithout)
  refuseProblems([...problems, ...more])
  return resolved
}

function check(
  given: BackupOptions,
  isWritten = true,
): { problems: readonly Problem[]; resolved: CheckedBackupOptions } {
  const problems: Problem[] = [...keyProblems(given, knownOptions)]
  // From JavaScript anything can come.
  const options = isObject(given) ? given : ({} as BackupOptions)
  const destinations = destinationsOf(options)
  const formats = (options.engine as Engine | undefined)?.formats ?? []
  const refuse = (message: string, hint?: string) => problems.push({ message, ...(hint && { hint }) })
  if (options.schemaOnly && options.dataOnly) refuse('schemaOnly and dataOnly exclude each other.')
  if (options.schemaOnly && options.excludeTableData?.length) refuse('excludeTableData has no meaning with schemaOnly.')
  for (const key of selectionKeys) {
    const patterns: unknown = options[key]
    if (patterns !== undefined && !isListOfText(patterns)) refuse(`Expected ${key} to be a list of patterns.`)
    else if (options[key]?.some((pattern) => pattern === '')) refuse(`An empty pattern in ${key}.`)
  }
  problems.push(
    ...flagProblems(options, [
      ...selectionFlags,
      'overwrite',
      'header',
      'disableTriggers',
      'serializable',
      'filterValues',
    ]),
    ...textProblems(options, ['format', 'encoding']),
    ...pluginProblems('engine', options.engine),
    ...destinations.flatMap((to) => [...pluginProblems('destination', to)]),
    ...repeated(destinations),
    ...(isWritten && destinations.length === 0 ? [{ message: 'Expected at least one destination.' }] : []),
    ...filterProblems(options),
    ...renameProblems(options),
    ...cleanerProblems(options.cleaners),
  )
  checkMetadata(options.metadata ?? {}, refuse)
  const name: unknown = options.name
  if (name !== undefined && typeof name !== 'string') refuse('Expected name to be text.')
  else if (options.name !== undefined && (options.name === '' || options.name.length > 100)) {
    refuse(`Expected a name of 1 to 100 characters, got ${options.name.length}.`)
  } else if (options.name !== undefined && encodeName(options.name).length > maxEncodedName) {
    refuse(`Expected a name of at most ${maxEncodedName} characters once it is percent-encoded.`)
  }
  const { form, problems: ofForm } = backupForm(options, destinations.filter(isObject), formats)
  const { format, compression } = form
  problems.push(...ofForm)
  if (options.disableTriggers && format !== 'plain') {
    refuse('disableTriggers has no meaning for an archive.', 'restore it with pg_restore --disable-triggers')
  }
  if (formats.length > 0 && !formats.includes(format)) {
    refuse(`The engine ${options.engine?.name} cannot write the format ${format}.`, `it writes ${formats.join(', ')}`)
  }
  const { jobs, chunkSizeBytes } = options
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1 || jobs > mostJobs)) {
    refuse(`Expected 1 to ${mostJobs} jobs, got ${jobs}.`)
  } else if (jobs !== undefined && jobs > 1 && format !== 'directory') {
    refuse(`The format ${format} is one stream: jobs has no meaning for it.`, 'use the format directory')
  }
  if (chunkSizeBytes !== undefined && (!Number.isInteger(chunkSizeBytes) || chunkSizeBytes < leastChunkBytes)) {
    refuse(`Expected chunks of at least ${leastChunkBytes / megabyte} MB, got ${chunkSizeBytes} bytes.`)
  } else if (chunkSizeBytes !== undefined && format !== 'directory') {
    refuse(`The format ${format} has no chunks: chunkSizeBytes has no meaning for it.`, 'use the format directory')
  }
  const { codec, level } = compression
  if (!Object.hasOwn(maxLevel, codec)) refuse(`Expected compression none, gzip or zstd, got ${codec}.`)
  else if (
    level !== undefined &&
    (!Number.isInteger(level) || level < Math.min(1, maxLevel[codec]) || level > maxLevel[codec])
  ) {
    refuse(`Expected a ${codec} level of 1 to ${maxLevel[codec]}, got ${level}.`)
  }
  const resolved = {
    // Files of different names have no name in common.
    objectName: destinations.length === 1 ? destinations[0]?.objectKey : undefined,
    format,
    compression,
    jobs: format === 'directory' ? (jobs ?? defaultJobs()) : undefined,
    chunkBytes: chunkSizeBytes ?? defaultChunkBytes,
    selection: Object.fromEntries(
      [...selectionKeys, ...selectionFlags].flatMap((key) => (options[key] ? [[key, options[key]]] : [])),
    ),
    metadata: options.metadata ?? {},
    header: options.header ?? true,
    disableTriggers: options.disableTriggers ?? false,
    encoding: options.encoding,
    serializable: options.serializable ?? false,
    filters: options.filters ?? {},
    onOrphans: options.onOrphans ?? 'fail',
    filterValues: options.filterValues ?? false,
    renames: renamesOf(options),
    cleaners: options.cleaners ?? [],
  }
  return { problems, resolved }
}

export const destinationsOf = ({ to }: BackupOptions): readonly Exporter[] =>
  Array.isArray(to) ? (to as readonly Exporter[]) : [to as Exporter]

/** Two writers under the same names would spoil each other's objects. Places elsewhere may be called the same and be two. */
function* repeated(destinations: readonly Exporter[]): Iterable<Problem> {
  const found = destinations.filter(isObject)
  const isSame = (one: Exporter, other: Exporter) =>
    one === other || (identityOf(one) === identityOf(other) && isKnown(one) && isKnown(other))
  const again = found.filter((one, index) => found.findIndex((other) => isSame(one, other)) < index)
  for (const location of new Set(again.map((one) => one.location))) {
    yield { message: `${location} is given as a destination more than once.` }
  }
}

/** A folder, a pipe, or a place that says which it is. */
const isKnown = ({ capabilities, identity }: Exporter) =>
  identity !== undefined || capabilities?.local === true || capabilities?.read === false

const isListOfText = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string')

function checkMetadata(metadata: Record<string, string>, refuse: (message: string) => void): void {
  if (!isObject(metadata) || Array.isArray(metadata)) {
    refuse('Expected metadata to be an object.')
    return
  }
  const entries = Object.entries(metadata)
  if (entries.length > metadataLimits.keys)
    refuse(`Expected at most ${metadataLimits.keys} metadata keys, got ${entries.length}.`)
  for (const [key, value] of entries) {
    if (key === '' || key.length > metadataLimits.keyLength)
      refuse(`Expected metadata keys of 1 to ${metadataLimits.keyLength} characters.`)
    if (typeof value !== 'string' || value.length > metadataLimits.valueLength) {
      refuse(`Expected the metadata ${key} to be text of at most ${metadataLimits.valueLength} characters.`)
    }
  }
}
