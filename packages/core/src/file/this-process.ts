import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** What tells one process from every other, later ones of the same id included. Every part fits into a file name. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Which start of the machine; empty where only Linux could tell. */
  readonly boot: string
  /** Which space of process ids: containers may share a host's name, and count processes on their own. */
  readonly pidSpace: string
  /** When the process began, in the kernel's ticks since boot. */
  readonly started: string
}

let known: Promise<ProcessIdentity> | undefined

export function thisProcess(): Promise<ProcessIdentity> {
  known ??= identify()
  return known
}

/** When a running process began; undefined when there is none of that id any more, empty when nobody can tell. */
export async function startOf(pid: number): Promise<string | undefined> {
  try {
    // biome-ignore lint/style/noRestrictedGlobals: signal 0 only asks, and unlike /proc shows the processes of other users
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined
  }
  return await readStart(String(pid))
}

async function identify(): Promise<ProcessIdentity> {
  // https://man7.org/linux/man-pages/man5/proc.5.html
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '')
  const pidSpace = await readlink('/proc/self/ns/pid').catch(() => '')
  return {
    host: encodeURIComponent(hostname()).slice(0, 64),
    // biome-ignore lint/style/noRestrictedGlobals: the id tells a stray file of a dead process from that of a running one
    pid: process.pid,
    boot: boot.slice(0, 8),
    pidSpace: /\d+/.exec(pidSpace)?.[0] ?? '',
    started: (await readStart('self')) ?? '',
  }
}

async function readStart(pid: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The command's name, in parentheses, may hold spaces and parentheses; state and start are the 1st and 20th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; only its parent has not asked for its exit code.
  return fields[0] === 'Z' ? undefined : (fields[19] ?? '')
}
