import { PgarkError } from '@pgark/core'
import type { Bucket, BucketCall, Send } from '../connection/bucket.ts'
import { reasonOf } from '../connection/s3-error.ts'
import { isUncertain, type ServiceError } from '../connection/transient.ts'
import { head } from '../read/stat.ts'
import { existing, isOurs, type ObjectInWriting, refuseExisting, type Sent } from './object-in-writing.ts'

/** Says that an object of the name must not be there, for servers that know how to. */
export type Condition = { readonly IfNoneMatch?: '*' }

/** What came of a request, when its answer is not certain. */
const mayHaveHappened = new Set(['PreconditionFailed', 'NoSuchUpload'])

/**
 * Sends the request that makes an object appear under its key. Its answer may get lost although it was carried out: then the object
 * itself tells, by the mark of this write. `onUncertain` is called when an attempt ends so, before it is known.
 */
export async function commit(
  bucket: Bucket,
  object: ObjectInWriting,
  sent: Sent,
  { permission, signal, onUncertain }: Pick<BucketCall, 'permission' | 'signal'> & { onUncertain(): void },
  send: (condition: Condition, ...args: Parameters<Send<unknown>>) => Promise<unknown>,
): Promise<void> {
  const kind = { what: `write ${bucket.location}/${object.key}`, permission, signal, runsToItsEnd: true }
  let wasUncertain = false
  const attempt: Send<void> = async (...args) => {
    try {
      await send(object.overwrite || !bucket.takesConditions ? {} : { IfNoneMatch: '*' }, ...args)
    } catch (thrown) {
      const error = thrown as ServiceError
      if (error.name === 'NotImplemented' && !object.overwrite && bucket.takesConditions) {
        bucket.takesConditions = false
        await refuseExisting(bucket, object, signal)
        return await attempt(...args)
      }
      // An own client may have tried several times already.
      wasUncertain ||= isUncertain(error) || (error.$metadata?.attempts ?? 1) > 1
      if (!wasUncertain || !(isUncertain(error) || mayHaveHappened.has(error.name))) throw error
      onUncertain()
      if (isOurs(await head(bucket, object.key), object, sent)) return
      throw error
    }
  }
  try {
    await bucket.call(kind, attempt)
  } catch (error) {
    if (reasonOf(error) === 'PreconditionFailed') throw existing(bucket, object, error)
    if (reasonOf(error) !== 'NoSuchUpload') throw error
    throw new PgarkError('DESTINATION.CHANGED', `Cannot ${kind.what}: somebody has ended its upload.`, {
      hint: 'see what else removes unfinished uploads there: a lifecycle rule, another run',
      cause: error,
    })
  }
}
