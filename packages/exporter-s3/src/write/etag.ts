/** What a server says of something that it stored. */
export interface StoredAnswer {
  readonly ETag?: string | undefined
  readonly ServerSideEncryption?: string | undefined
}

/** Without its quotes, which some servers leave out. */
export const etagOf = ({ ETag = '' }: StoredAnswer) => ETag.replace(/^"|"$/g, '').toLowerCase()

/**
 * Whether the ETag is a digest of what arrived, other than that of what was sent. With keys of KMS it is none, and some servers have
 * ETags of another kind: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function isOfOtherBytes(answer: StoredAnswer, expected: string): boolean {
  const etag = etagOf(answer)
  const isDigest = /^[0-9a-f]{32}(-\d+)?$/.test(etag) && !answer.ServerSideEncryption?.startsWith('aws:')
  return isDigest && etag !== expected
}

/**
 * The ETag by which the server knows a part or an object. Throws what has it sent again, when other bytes arrived; a server that does
 * not look at Content-MD5 shows it here.
 */
export function checkAnswer(answer: StoredAnswer, md5: Buffer): string {
  if (isOfOtherBytes(answer, md5.toString('hex'))) {
    throw Object.assign(new Error('The ETag is not that of the bytes sent'), { name: 'BadDigest' })
  }
  return answer.ETag ?? `"${md5.toString('hex')}"`
}
