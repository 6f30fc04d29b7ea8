import { AbortMultipartUploadCommand, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3'

/** A client beside which somebody else is quicker: the upload for that key has ended by the time its parts are looked at. */
export function racingClient(client: S3Client, key: string): S3Client {
  const send = client.send.bind(client) as (command: unknown, ...rest: unknown[]) => Promise<unknown>
  const racing = {
    async send(command: unknown, ...rest: unknown[]) {
      if (command instanceof ListPartsCommand && command.input.Key === key) {
        const { Bucket, Key, UploadId } = command.input
        await send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }
      return await send(command, ...rest)
    },
  }
  return racing as unknown as S3Client
}
