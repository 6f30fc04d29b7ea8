import type { ObjectService, ServiceName } from '@pgark/test-servers'

/** Small parts, so that faults fall between them, and short waits. */
const options: Readonly<Record<ServiceName, Record<string, number>>> = {
  s3: { partSizeBytes: 5 * 1024 * 1024, timeoutMs: 1000, maxAttempts: 4 },
  gcs: { chunkSizeBytes: 256 * 1024, timeoutMs: 1000, maxAttempts: 4, retryDelayMs: 50 },
}

export const destinationUrl = (service: ObjectService, prefix: string, endpoint?: string): string =>
  service.url(prefix, options[service.name], endpoint)
