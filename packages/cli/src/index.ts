export {
  type BackupConfig,
  type ConfigContext,
  type ConfigExport,
  type DatabaseConfig,
  type DatabaseReference,
  type DestinationConfig,
  defineConfig,
  type OrmDatabase,
  type PgarkConfig,
  type PlaceReference,
  type RetentionConfig,
} from './config/define-config.ts'
export { main } from './main.ts'
