import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { S3Failure } from './answers.ts'

/** Somebody who may use the emulator. */
export interface S3User {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Permissions that are refused, for example `s3:PutObject`. */
  readonly denied?: readonly string[]
  /** Credentials that were good once. */
  readonly isExpired?: boolean
}

const mostSkewMs = 15 * 60_000

/** Who sent a request, by AWS Signature Version 4. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function authenticate(
  request: IncomingMessage,
  body: Buffer,
  { users, region }: { users: readonly S3User[]; region: string },
): S3User {
  const { authorization = '' } = request.headers
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, key, day = '', signedRegion = '', names = '', signature = ''] = parts.exec(authorization) ?? []
  const user = users.find(({ accessKeyId }) => accessKeyId === key)
  if (key === undefined) throw new S3Failure(403, 'AccessDenied')
  if (!user) throw new S3Failure(403, 'InvalidAccessKeyId')
  if (signedRegion !== region) throw new S3Failure(400, 'AuthorizationHeaderMalformed', { Region: region })
  const time = headerOf(request, 'x-amz-date')
  const at = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
  if (!(Math.abs(Date.now() - at) <= mostSkewMs)) throw new S3Failure(403, 'RequestTimeTooSkewed')

  const [path = '', query = ''] = (request.url ?? '').split('?')
  const bodyHash = headerOf(request, 'x-amz-content-sha256')
  const canonical = [
    request.method,
    path,
    query
      .split('&')
      .filter(Boolean)
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${headerOf(request, name).trim()}`),
    '',
    names,
    bodyHash,
  ].join('\n')
  const scope = `${day}/${signedRegion}/s3/aws4_request`
  const signingKey = [day, signedRegion, 's3', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${user.secretAccessKey}`,
  )
  const expected = hmac(signingKey, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'))
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new S3Failure(403, 'SignatureDoesNotMatch')
  if (user.isExpired) throw new S3Failure(400, 'ExpiredToken')
  if (bodyHash !== 'UNSIGNED-PAYLOAD' && bodyHash !== sha256(body))
    throw new S3Failure(400, 'XAmzContentSHA256Mismatch')
  return user
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const headerOf = ({ headers }: IncomingMessage, name: string) => String(headers[name] ?? '')
