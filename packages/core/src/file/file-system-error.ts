import { isPgarkError, PgarkError } from '../errors/pgark-error.ts'

const causes: Record<string, { reason: string; code: string; hint: string }> = {
  ENOENT: {
    reason: 'there is no such file or folder',
    code: 'DESTINATION.NOT_FOUND',
    hint: 'check the path; a missing parent folder is not created',
  },
  ENOTDIR: { reason: 'a part of its path is not a folder', code: 'DESTINATION.NOT_FOUND', hint: 'check the path' },
  EISDIR: { reason: 'it is a folder', code: 'DESTINATION.IS_FOLDER', hint: 'name a file' },
  EACCES: {
    reason: 'permission denied',
    code: 'DESTINATION.PERMISSION',
    hint: 'check owner and mode of the file and its folder',
  },
  EPERM: {
    reason: 'operation not permitted',
    code: 'DESTINATION.PERMISSION',
    hint: 'check owner and mode of the file and its folder',
  },
  EROFS: {
    reason: 'the file system is read-only',
    code: 'DESTINATION.PERMISSION',
    hint: 'choose a place that can be written',
  },
  ENOSPC: {
    reason: 'no space is left on the device',
    code: 'DESTINATION.FULL',
    hint: 'free space or choose another place; nothing was left behind',
  },
  EDQUOT: {
    reason: 'the disk quota is used up',
    code: 'DESTINATION.FULL',
    hint: 'free space or choose another place; nothing was left behind',
  },
  EFBIG: {
    reason: 'the file is larger than the file system or a limit allows',
    code: 'DESTINATION.FULL',
    hint: 'choose another file system or lift the limit (ulimit -f)',
  },
}

/** The coded error for a failed call of the file system; errors that are no such thing pass through unchanged. */
export function fileSystemError(error: unknown, what: string): unknown {
  if (isPgarkError(error) || !(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error
  const known = causes[String(error.code)]
  const message = `${what[0]?.toUpperCase()}${what.slice(1)}: ${known?.reason ?? String(error.code)}.`
  return new PgarkError(known?.code ?? 'DESTINATION.FILE_SYSTEM', message, {
    ...(known && { hint: known.hint }),
    meta: { errno: error.code },
    cause: error,
  })
}
