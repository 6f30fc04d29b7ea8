export { copy } from './catalogue/copy.ts'
export type { CopiedBackup, CopyOptions, CopyResult } from './catalogue/copy-options.ts'
export { type IncompleteRun, incompleteRuns } from './catalogue/incomplete-runs.ts'
export { backupsBelow, nothingAt } from './catalogue/nothing-at.ts'
export { type RemoveOptions, type RemoveResult, remove } from './catalogue/remove.ts'
export {
  type DestinationStep,
  type DestinationStepName,
  type DestinationTest,
  type TestDestinationOptions,
  testDestination,
} from './catalogue/test-destination.ts'
export type { CopyReceipt, CopyTask } from './contracts/copy-task.ts'
export type {
  BackupPlan,
  BackupRequest,
  ColumnInfo,
  Compression,
  CompressionCodec,
  ConsentQuestion,
  DatabaseInfo,
  DefinitionsRequest,
  Diagnosis,
  Engine,
  EstimateRequest,
  InspectOptions,
  OnExisting,
  ReplacedDatabase,
  RestoredTable,
  RestoreReport,
  RestoreRequest,
  RestoreSection,
  Selection,
  ServerFacts,
  StoredDefinitions,
  TableEstimate,
  TableInfo,
} from './contracts/engine.ts'
export type {
  ByteRange,
  CallOptions,
  Exporter,
  ExporterCapabilities,
  ListOptions,
  ObjectInfo,
  ProbedDestination,
  ReadOptions,
  StoredObject,
  UnfinishedWrite,
  WriteOptions,
} from './contracts/exporter.ts'
export type { ExporterPlugin } from './contracts/exporter-plugin.ts'
export type { HashedObject, NamedObject, ObjectSink, ObjectSource } from './contracts/objects.ts'
export {
  type OrmAdapter,
  type OrmConnection,
  type OrmMigrations,
  type OrmModel,
  type OrmWhere,
  whereMarker,
} from './contracts/orm.ts'
export type { OrmLocation, OrmPlugin } from './contracts/orm-plugin.ts'
export type { Finding, Logger, PhaseName, RunContext, RunEvent, RunOptions, TableName } from './contracts/run.ts'
export type {
  CleanContext,
  Cleaner,
  CompiledQuery,
  Definition,
  Filter,
  FilterContext,
  FilterInput,
  OnOrphans,
  Renames,
  Sql,
  SqlPart,
} from './contracts/shaping.ts'
export type { BackupFilters, TypedWhere } from './contracts/typed-where.ts'
export { abortable } from './destination/abortable.ts'
export type { DestinationOutcome } from './destination/backup-destinations.ts'
export { identityOf } from './destination/identity.ts'
export { isSingleFileName } from './destination/single-file.ts'
export { openBackup } from './destination/source.ts'
export { closest, didYouMean } from './errors/closest.ts'
export {
  isPgarkError,
  PgarkError,
  type PgarkErrorLike,
  type PgarkErrorOptions,
  pgarkErrorMarker,
} from './errors/pgark-error.ts'
export { type Problem, refuseProblems } from './errors/problems.ts'
export { type ToldError, tellError } from './errors/tell-error.ts'
export { type TlsProblem, tlsProblem } from './errors/tls-problem.ts'
export { file } from './file/file-exporter.ts'
export { isBackupId } from './manifest/backup-id.ts'
export type {
  CleanedDefinition,
  Contents,
  ContentsChunk,
  ContentsSequence,
  ContentsTable,
  NotValidKey,
  RecordedFilter,
  RestoreNeeds,
} from './manifest/contents.ts'
export type { Manifest } from './manifest/manifest.ts'
export type { RequiredFeature, RequiredRole, Requirements } from './manifest/requirements.ts'
export { ormWhere } from './orm/orm-where.ts'
export type { Proof, ProofDatabase } from './proof/proof.ts'
export { type ProofsOptions, proofs } from './proof/read-proofs.ts'
export type { KeepReason } from './retention/decide.ts'
export { type PruneOptions, planPrune, pruneProblems } from './retention/plan-prune.ts'
export { type CarryOutOptions, type PruneResult, prune } from './retention/prune.ts'
export type { PlannedBackup, PlannedRun, PruneGroup, PrunePlan } from './retention/prune-plan.ts'
export type { RetentionRules } from './retention/rules.ts'
export { type BackupResult, backup, planBackup } from './runs/backup.ts'
export {
  type BackupOptions,
  backupProblems,
  type CheckedBackupOptions,
  resolveBackupOptions,
  type UnwrittenBackupOptions,
} from './runs/backup-options.ts'
export { type DoctorFinding, type DoctorOptions, type DoctorResult, doctor } from './runs/doctor.ts'
export { type EstimateOptions, type EstimateResult, estimate } from './runs/estimate.ts'
export { type ListedBackup, list } from './runs/list.ts'
export { type RestoreResult, restore } from './runs/restore.ts'
export type { RestoreOptions } from './runs/restore-options.ts'
export { restoreProblems } from './runs/restore-problems/restore-problems.ts'
export { type ValidateResult, validateFilters } from './runs/validate-filters.ts'
export { type VerifyOptions, type VerifyResult, verify } from './runs/verify.ts'
export { type Identifier, ident, identifierMarker } from './sql/ident.ts'
export { type MarkedSql, sql, sqlMarker } from './sql/sql.ts'
export { undefinedIn } from './sql/undefined-in.ts'
export { formatBytes, formatCount, formatDuration, formatNumberOf } from './units.ts'
