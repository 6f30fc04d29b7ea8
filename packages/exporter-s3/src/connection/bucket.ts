import type { S3Client } from '@aws-sdk/client-s3'
import { PgarkError } from '@pgark/core'
import type { ResolvedOptions } from '../options/s3-options.ts'
import { type Connection, openClient, type Sdk } from './open-client.ts'
import { retrying } from './retry.ts'
import { type CallKind, s3Error } from './s3-error.ts'
import { isTransient, type ServiceError } from './transient.ts'

export interface SendOptions {
  readonly abortSignal?: AbortSignal
}

/** One request; made anew for every attempt. */
export type Send<T> = (client: S3Client, sdk: Sdk, options: SendOptions) => Promise<T>

export interface BucketCall extends CallKind {
  readonly signal?: AbortSignal | undefined
  /** The signal ends the attempts, but lets the one that is under way come to its end: what became of it must be known. */
  readonly runsToItsEnd?: boolean
}

/** A bucket, and the way in which all requests to it are sent: tried again while that helps, their errors told in our words. */
export interface Bucket {
  readonly options: ResolvedOptions
  readonly location: string
  /** Whether the server takes `If-None-Match` when something is written. Believed until it says otherwise. */
  takesConditions: boolean
  /** Whether a request has succeeded, so that the bucket is there. */
  wasReached: boolean
  /** The whole key. Throws `USAGE.KEY` for one that would lead out of the prefix where something on the way makes paths short. */
  keyOf(key: string): string
  /** Rejects with a PgarkError, or with the signal's reason. */
  call<T>(kind: BucketCall, send: Send<T>): Promise<T>
  close(): Promise<void>
}

export function openBucket(options: ResolvedOptions): Bucket {
  const location = `s3://${options.bucket}/${options.prefix}`.replace(/\/$/, '')
  let connection: Promise<Connection> | undefined
  const bucket: Bucket = {
    options,
    location,
    takesConditions: true,
    wasReached: false,
    keyOf(key) {
      if (!key.split('/').some((name) => name === '.' || name === '..')) return options.prefix + key
      throw new PgarkError('USAGE.KEY', `The key ${key} points outside ${location}.`)
    },
    async call({ signal, runsToItsEnd = false, ...kind }, send) {
      connection ??= openClient(options)
      const { client, sdk } = await connection
      const sendOptions = signal && !runsToItsEnd ? { abortSignal: signal } : {}
      try {
        const answer = await retrying(() => send(client, sdk, sendOptions), {
          maxAttempts: options.maxAttempts,
          signal,
          isWorthwhile: (error) => isTransient(error as ServiceError),
        })
        bucket.wasReached = true
        return answer
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        throw s3Error(error, kind, options)
      }
    },
    async close() {
      const opened = await connection?.catch(() => undefined)
      if (!options.client) opened?.client.destroy()
    },
  }
  return bucket
}
