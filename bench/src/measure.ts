import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

/** A whole process, from its start to its end. */
export interface Measurement {
  readonly wallMs: number
  /** User and system time of the process and of children that it waited for. Undefined where there is no /proc. */
  readonly cpuMs: number | undefined
  /** Of the process alone. Undefined where there is no /proc. */
  readonly peakRssBytes: number | undefined
  /** The same, once pg_dump's thread in it has ended; undefined where it never had one. */
  readonly settledRssBytes: number | undefined
}

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly folder: string
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

/** Runs a command to its end. Throws when it fails. */
export async function measure(command: Command, signal: AbortSignal): Promise<Measurement> {
  const started = performance.now()
  const child = spawn(command.program, command.args, {
    cwd: command.folder,
    env: command.env,
    signal,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let talk = ''
  child.stderr.on('data', (chunk) => {
    talk = (talk + String(chunk)).slice(-4000)
  })
  // The kernel keeps the peak and the sum, so that only what happens after the last look is missed: 20 ms at most.
  let usage: Usage | undefined
  let looks = 0
  let hadThread = false
  let settledRssBytes: number | undefined
  const timer = setInterval(() => {
    const now = child.pid === undefined ? undefined : readUsage(child.pid)
    usage = now ?? usage
    if (!now || looks++ % looksPerThreadLook > 0) return
    const isDumping = hasThreadOfPgDump(Number(child.pid))
    if (hadThread && !isDumping) settledRssBytes = Math.max(settledRssBytes ?? 0, now.rssBytes)
    hadThread ||= isDumping
  }, pollMs)
  let wallMs = 0
  child.once('exit', () => {
    wallMs = performance.now() - started
  })
  try {
    const [code, killedBy] = await once(child, 'close')
    if (code !== 0) {
      throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code ?? killedBy}:\n${talk}`)
    }
  } finally {
    clearInterval(timer)
  }
  return { wallMs, cpuMs: usage?.cpuMs, peakRssBytes: usage?.peakRssBytes, settledRssBytes }
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
