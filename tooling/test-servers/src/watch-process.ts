import { readdirSync, readFileSync } from 'node:fs'

/** What a process took, as far as it was seen. Undefined where there is no /proc. */
export interface ProcessUsage {
  /** User and system time of the process and of children that it waited for. */
  readonly cpuMs: number | undefined
  /** Of the process alone. */
  readonly peakRssBytes: number | undefined
  /** The same, once pg_dump's thread in it has ended; undefined where it never had one. */
  readonly settledRssBytes: number | undefined
}

interface Usage {
  readonly cpuMs: number
  readonly peakRssBytes: number
  readonly rssBytes: number
}

const pollMs = 20
/** Looks between two at the threads, which takes longer. */
const looksPerThreadLook = 5
/** /proc counts in ticks of USER_HZ, which is 100 on every architecture of Linux that Node runs on. */
const tickMs = 10
/**
 * Looks at a process every 20 ms until `end` is called. The kernel keeps peak and CPU time, so that of those only what happens after
 * the last look is missed.
 * @param onLook called at each look
 */
export function watchProcess(pid: number, onLook?: () => void): { end(): ProcessUsage } {
  let usage: Usage | undefined
  let looks = 0
  let isDumping = false
  let hadThread = false
  let settledRssBytes: number | undefined
  const timer = setInterval(() => {
    // First the threads: memory that was read before may be that of one which has ended since.
    if (looks++ % looksPerThreadLook === 0) isDumping = hasThreadOfPgDump(pid)
    hadThread ||= isDumping
    const now = readUsage(pid)
    if (!now) return
    usage = now
    onLook?.()
    if (hadThread && !isDumping) settledRssBytes = Math.max(settledRssBytes ?? 0, now.rssBytes)
  }, pollMs)
  return {
    end() {
      clearInterval(timer)
      return { cpuMs: usage?.cpuMs, peakRssBytes: usage?.peakRssBytes, settledRssBytes }
    },
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; undefined when the process is gone, or is no Linux process. */
function readUsage(pid: number): Usage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const [peak, now] = [/^VmHWM:\s+(\d+) kB$/m, /^VmRSS:\s+(\d+) kB$/m].map((line) => line.exec(status)?.[1])
    if (peak === undefined) return undefined
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses, which may hold anything; utime, stime, cutime, cstime are 14 to 17.
    const ticks = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
    return {
      cpuMs: tickMs * ticks.reduce((sum, tick) => sum + Number(tick), 0),
      peakRssBytes: 1024 * Number(peak),
      rssBytes: 1024 * Number(now),
    }
  } catch {
    return undefined
  }
}

/** pgark names the thread in which its built-in pg_dump runs. */
function hasThreadOfPgDump(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.some((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').startsWith('pg_dump'))
  } catch {
    return false
  }
}
