/** Options of `gcs()`. */
export interface GcsOptions {
  /** Name of the bucket. It must exist. */
  bucket: string
  /** What the names of all objects begin with, like a folder: `shop/nightly`. Default: none, the whole bucket. */
  prefix?: string
  /**
   * Path of a JSON file with credentials: a service account key, or a configuration of workload identity federation. Read at the first
   * request. Default: Application Default Credentials, https://docs.cloud.google.com/docs/authentication/application-default-credentials
   */
  keyFile?: string
  /** What would stand in such a file. Not together with `keyFile`. */
  credentials?: Readonly<Record<string, unknown>>
  /**
   * An OAuth 2.0 access token, or what gets one: called before the first request, and again whenever a token is no longer accepted.
   * Not together with `keyFile` or `credentials`.
   */
  accessToken?: string | (() => string | Promise<string>)
  /**
   * Another address of the JSON API, such as `https://storage-shop.p.googleapis.com` (Private Service Connect) or an emulator's. Over
   * `http:` credentials are sent to this machine only, and none are looked for. Default `https://storage.googleapis.com`.
   */
  apiEndpoint?: string
  /** Storage class of what is written. Default: the bucket's own. https://docs.cloud.google.com/storage/docs/storage-classes */
  storageClass?: 'STANDARD' | 'NEARLINE' | 'COLDLINE' | 'ARCHIVE'
  /**
   * Cloud KMS key that encrypts what is written: `projects/p/locations/l/keyRings/r/cryptoKeys/k`. Default: the bucket's own.
   * https://docs.cloud.google.com/storage/docs/encryption/customer-managed-keys
   */
  kmsKeyName?: string
  /**
   * Bytes that are sent at once and held in memory until the server confirms them, per write: a multiple of 262,144 (256 KiB), up to
   * 536,870,912 (512 MiB). Default 8,388,608 (8 MiB). All writes together hold at most 64 MiB or two chunks, whichever is more; those
   * that this leaves no room for send 256 KiB at once.
   */
  chunkSizeBytes?: number
  /** Attempts at one request, or at sending on where the last one got nothing across, before it fails: 1 to 100. Default 8. */
  maxAttempts?: number
  /**
   * The longest wait before the second attempt, in milliseconds, 1 to 32,000. It doubles with each further one, up to 32 seconds;
   * every wait is a random part of that. Default 1,000.
   */
  retryDelayMs?: number
  /** Milliseconds without a byte in either direction after which an attempt is given up: 1 to 2,147,483,647. Default 60,000. */
  timeoutMs?: number
}
