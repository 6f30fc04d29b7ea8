// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const mebibyte = 1024 * 1024

/** The smallest part that S3 takes, but for the last of an object. */
export const leastPartBytes = 5 * mebibyte
/** Larger ones would be allowed, up to 5 GiB; but hashes and sockets take at most 2 GiB at once, and a part is in memory. */
export const mostPartBytes = 1024 * mebibyte

export interface PartLimits {
  readonly partSizeBytes: number
  readonly maxParts: number
}

/**
 * The size of a part, by its number from 1. The first tenth of all parts has `partSizeBytes`; then each is larger than the one before,
 * by 0.1 % where 10,000 are allowed. So small objects take little memory, and objects of 5 TiB fit.
 */
export function partSizeAt(number: number, { partSizeBytes, maxParts }: PartLimits): number {
  const grown = number - maxParts / 10
  if (grown <= 0) return partSizeBytes
  const size = partSizeBytes * (1 + 10 / maxParts) ** grown
  return Math.min(mostPartBytes, Math.ceil(size / mebibyte) * mebibyte)
}
