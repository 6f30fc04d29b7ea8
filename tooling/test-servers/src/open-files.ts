import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** What a process has open for writing. */
export interface OpenFile {
  readonly path: string
  readonly sizeBytes: number
}

/** https://man7.org/linux/man-pages/man2/open.2.html: O_WRONLY and O_RDWR. */
const writing = 0b11

/** The regular files that a process has open for writing now, removed ones included; empty when it is gone. */
export function filesOpenForWriting(pid: number): OpenFile[] {
  return descriptors(pid).flatMap((fd) => {
    try {
      const found = statSync(`/proc/${pid}/fd/${fd}`)
      // https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html: octal
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0'
      const isWritten = found.isFile() && (Number.parseInt(flags, 8) & writing) !== 0
      return isWritten ? [{ path: readlinkSync(`/proc/${pid}/fd/${fd}`), sizeBytes: found.size }] : []
    } catch {
      // Closed since it was listed.
      return []
    }
  })
}

function descriptors(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
  } catch {
    return []
  }
}
