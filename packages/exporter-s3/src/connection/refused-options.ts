import type { S3Options } from '../options/s3-options.ts'

/** Options that a server may refuse an object for. */
export type ObjectOptions = Pick<S3Options, 'storageClass' | 'serverSideEncryption' | 'kmsKeyId'>

/**
 * What to look at where a server takes no object and its answer does not say why. A storage class that it does not know is an
 * `InvalidArgument` to some; and of Ceph, a key that its KMS does not have is an `InvalidAccessKeyId`, as if the credentials were wrong.
 */
export function hintOfOptions(permission: string, reason: string, options: ObjectOptions): string | undefined {
  const { storageClass, serverSideEncryption, kmsKeyId } = options
  // Reading takes none of them.
  if (permission !== 's3:PutObject') return undefined
  const ofKms = serverSideEncryption?.startsWith('aws:kms')
    ? [`serverSideEncryption (${serverSideEncryption})`, ...(kmsKeyId === undefined ? [] : ['kmsKeyId'])]
    : []
  const ofClass = storageClass === undefined ? [] : [`storageClass (${storageClass})`]
  const named = reason === 'InvalidAccessKeyId' ? ofKms : [...ofClass, ...ofKms]
  return named.length === 0 ? undefined : `check ${named.join(', ')}: the server may not take it`
}
