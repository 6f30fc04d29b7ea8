import { type S3Server, startMinioServer, startS3Server } from '@pgark/test-servers'
import { inject } from 'vitest'

/** A real S3 server, and the ways that are its own. */
export interface RealServer {
  readonly name: string
  start(): Promise<S3Server>
  /** It takes the last request of an upload whether or not that may replace an object. */
  readonly losesConditions: boolean
  /** To who may not list, it answers of an object that is missing as of one that is forbidden. */
  readonly hidesMissing: boolean
  /** It forgets the tags that an upload of several parts begins with. */
  readonly losesTags: boolean
  /** A key that it can encrypt with. */
  readonly kmsKeyId?: string
}

const ceph: RealServer = {
  name: 'Ceph',
  start: startS3Server,
  ...{ losesConditions: true, hidesMissing: true, losesTags: true },
  kmsKeyId: 'testkey',
}
const minio: RealServer = {
  name: 'MinIO',
  start: startMinioServer,
  ...{ losesConditions: false, hidesMissing: false, losesTags: false },
}

/** Ceph must be there. MinIO where there is a container engine to run it in; where there is none, the run has said so. */
export const realServers: readonly RealServer[] = inject('hasContainerEngine') ? [ceph, minio] : [ceph]

/** An image may have to be fetched first. */
export const startupMs = 300_000
