export { type Authority, type Certificate, certificateAuthority } from './certificates.ts'
export { type Comparison, compareDatabases } from './compare-databases.ts'
export { configure, type ServerConfiguration } from './configure.ts'
export { hasContainerEngine } from './container-engine.ts'
export { databaseContent } from './database-content.ts'
export { databaseDigest } from './database-digest.ts'
export { editManifest } from './edit-manifest.ts'
export { type Major, type StartOptions, startServer, type TestServer } from './embedded.ts'
export {
  type Direction,
  type FaultyHttpProxy,
  type HttpFault,
  type ProxiedRequest,
  startFaultyHttpProxy,
} from './faulty-http-proxy.ts'
export { type FaultyProxy, type Side, type StallOptions, startFaultyProxy } from './faulty-proxy.ts'
export { type GcsEmulator, type GcsEmulatorOptions, startGcsEmulator } from './gcs-emulator/emulator.ts'
export type { Fault, When } from './gcs-emulator/faults.ts'
export type { GcsRequest } from './gcs-emulator/request.ts'
export { startMinioServer } from './minio-server.ts'
export {
  type ObjectService,
  type ServiceName,
  serviceNames,
  startObjectService,
} from './object-service/object-service.ts'
export { filesOpenForWriting, type OpenFile } from './open-files.ts'
export { type PgBouncer, type PgBouncerOptions, startPgBouncer } from './pgbouncer.ts'
export type { S3EmulatorOptions } from './s3-emulator/handle.ts'
export type { S3User } from './s3-emulator/signature.ts'
export { type S3Emulator, startS3Emulator } from './s3-emulator/start.ts'
export { type S3Server, startS3Server } from './s3-server.ts'
export { type SecureServer, startUntrustedServer } from './secure-server.ts'
export { startStandby } from './standby.ts'
export { type StockClients, stockClients, stockProgram, testData } from './stock-clients.ts'
export { type ProcessUsage, watchProcess } from './watch-process.ts'
