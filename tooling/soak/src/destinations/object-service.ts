import { startGcsService } from './gcs-service.ts'
import { startS3Service } from './s3-service.ts'

export const serviceNames = ['s3', 'gcs'] as const
export type ServiceName = (typeof serviceNames)[number]

/** A place for objects, and what can be seen behind its back. */
export interface ObjectService {
  /** Without a proxy. */
  readonly endpoint: string
  /** For the processes that use it. */
  readonly env: Readonly<Record<string, string>>
  /** The destination of that prefix, for the command; small parts, short waits. */
  url(prefix: string, endpoint?: string): string
  /** Names of whole objects below a prefix. */
  objects(prefix: string): Promise<readonly string[]>
  /** Names of what is being uploaded below it, or was given up without a word. */
  unfinished(prefix: string): Promise<readonly string[]>
  /** How it says that. */
  answer(what: 'busy' | 'broken' | 'expired'): { readonly status: number; readonly body: string }
  stop(): Promise<void>
}

export const startObjectService = (name: ServiceName): Promise<ObjectService> =>
  name === 's3' ? startS3Service() : startGcsService()
