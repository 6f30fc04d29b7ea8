import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../../dist/pgark.js', import.meta.url))

export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  stdin?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Called once the process is there. */
  started?: (pid: number) => void
  /** The command, where it is another copy of it than the one that was built. */
  entry?: string
  /** Modules to import before the command. */
  imports?: readonly string[]
  /** Closes the reading end of stdout at the first byte. */
  closesStdout?: boolean
  /** A file to write stdout into; none of it is answered. */
  stdoutTo?: string
  /** Called when stderr or stdout first contains `on.text`. */
  on?: { text: string; act: (pid: number) => void }
  /** Receives what everyone on the machine can read of the process's arguments, as soon as it has said something. */
  titles?: string[]
  /** The largest file that it may write. */
  maxFileBytes?: number | undefined
}

/** Runs the built command as a process of its own, with none of this process's database variables, and without packages that it would not find by itself. */
export async function pgark(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PG|DATABASE_URL|FORCE_COLOR|NODE_PATH)/.test(name)),
  )
  const imports = (options.imports ?? []).flatMap((module) => ['--import', module])
  const limit = options.maxFileBytes
  // The shell counts in blocks of 512 bytes.
  const limited = ['-c', `ulimit -f ${Math.ceil((limit ?? 0) / 512)}; exec "$0" "$@"`, process.execPath]
  const [program, before] = limit === undefined ? [process.execPath, []] : ['sh', limited]
  const stdout = options.stdoutTo === undefined ? 'pipe' : openSync(options.stdoutTo, 'w')
  const child = spawn(program, [...before, ...imports, options.entry ?? built, ...args], {
    env: { ...inherited, NO_COLOR: '1', ...options.env },
    cwd: options.cwd,
    stdio: ['pipe', stdout, 'pipe'],
  }) as ChildProcessByStdio<Writable, Readable | null, Readable>
  if (stdout !== 'pipe') closeSync(stdout)
  if (child.pid !== undefined) options.started?.(child.pid)
  let waiting = options.on
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (options.titles?.length === 0) options.titles.push(titleOf(child.pid ?? 0))
      output[name] += text
      if (waiting && output[name].includes(waiting.text)) {
        const { act } = waiting
        waiting = undefined
        act(child.pid ?? 0)
      }
    })
  }
  if (options.closesStdout) child.stdout?.once('data', () => child.stdout?.destroy())
  child.stdin.on('error', () => {})
  const { stdin } = options
  // A command that ends before its input does closes the pipe.
  if (typeof stdin === 'object' && Symbol.asyncIterator in stdin) pipeline(stdin, child.stdin).catch(() => {})
  else child.stdin.end(stdin)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

/** Empty once the process has ended. */
function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** The JSON lines of a run. */
export const jsonLines = (run: Run): Record<string, unknown>[] =>
  run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
