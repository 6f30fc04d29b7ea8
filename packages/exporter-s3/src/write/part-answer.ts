import { etagOf } from './object-in-writing.ts'

interface Answer {
  readonly ETag?: string | undefined
  readonly ServerSideEncryption?: string | undefined
}

/**
 * The ETag by which the server knows a part or an object. Where it is a digest of what arrived, it must be that of what was sent;
 * otherwise this throws what has it sent again.
 */
export function checkAnswer(answer: Answer, md5: Buffer): string {
  const etag = etagOf(answer)
  const isDigest = /^[0-9a-f]{32}$/.test(etag) && answer.ServerSideEncryption === undefined
  if (isDigest && etag !== md5.toString('hex')) {
    throw Object.assign(new Error('The ETag is not that of the bytes sent'), { name: 'BadDigest' })
  }
  return answer.ETag ?? `"${md5.toString('hex')}"`
}
