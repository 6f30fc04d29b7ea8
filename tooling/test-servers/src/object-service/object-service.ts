import { startGcsService } from './gcs-service.ts'

export const serviceNames = ['s3', 'gcs'] as const
export type ServiceName = (typeof serviceNames)[number]

/** A service with an empty bucket, as the command reaches it, and what can be seen behind its back. */
export interface ObjectService {
  readonly name: ServiceName
  readonly bucket: string
  /** Without a proxy. */
  readonly endpoint: string
  /** For the processes that use it. */
  readonly env: Readonly<Record<string, string>>
  /** The destination of that prefix, for the command, with more options of its exporter; through a proxy where `endpoint` names one. */
  url(prefix: string, options?: Readonly<Record<string, number>>, endpoint?: string): string
  /** Names of whole objects below a prefix. */
  objects(prefix: string): Promise<readonly string[]>
  /** Names of what is being uploaded below it, or was given up without a word. */
  unfinished(prefix: string): Promise<readonly string[]>
  /** How it says that. */
  answer(what: 'busy' | 'broken' | 'expired'): { readonly status: number; readonly body: string }
  stop(): Promise<void>
}

export async function startObjectService(name: ServiceName): Promise<ObjectService> {
  if (name === 'gcs') return await startGcsService()
  // What it looks behind the server's back with takes long to load, and few need it.
  const { startS3Service } = await import('./s3-service.ts')
  return await startS3Service()
}
