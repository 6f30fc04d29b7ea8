/** What lets somebody do these things with a bucket and its objects. */
export const bucketStatement = (bucket: string, actions: readonly string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
})
