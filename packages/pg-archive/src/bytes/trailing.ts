import { ArchiveError } from '../archive-error.ts'

/** For where nothing may follow: behind `what`, at an offset within it where that is known. */
export function trailing(what: string, offset?: number): ArchiveError {
  const place = offset === undefined ? '.' : ` (at offset ${offset})`
  return new ArchiveError('ARCHIVE.TRAILING', `Something follows the end of ${what}${place}`, {
    meta: offset === undefined ? {} : { offset },
    hint: 'it was changed after it was written; use another copy, or cut off what follows',
  })
}
