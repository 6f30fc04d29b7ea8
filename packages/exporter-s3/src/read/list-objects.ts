import type { ListOptions, ObjectInfo } from '@pgark/core'
import type { Bucket } from '../connection/bucket.ts'

/** Every object below a prefix, page by page. */
export async function* listObjects(
  bucket: Bucket,
  prefix: string,
  { delimiter, signal }: ListOptions,
): AsyncGenerator<ObjectInfo | { readonly prefix: string }> {
  const { options } = bucket
  const kind = { what: `list ${bucket.location}/${prefix}`, permission: 's3:ListBucket', signal }
  const relative = (key = '') => key.slice(options.prefix.length)
  let token: string | undefined
  do {
    const input = {
      Bucket: options.bucket,
      Prefix: options.prefix + prefix,
      ...(delimiter !== undefined && { Delimiter: delimiter }),
      ...(token !== undefined && { ContinuationToken: token }),
    }
    const page = await bucket.call(kind, (client, sdk, send) => client.send(new sdk.ListObjectsV2Command(input), send))
    for (const { Prefix } of page.CommonPrefixes ?? []) yield { prefix: relative(Prefix) }
    for (const { Key, Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      // Some servers list milliseconds; the header in which `stat` finds the time never has them.
      const modifiedAt = new Date(Math.floor(LastModified.getTime() / 1000) * 1000)
      yield { key: relative(Key), sizeBytes: Size, modifiedAt }
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}
