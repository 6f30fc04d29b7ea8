import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The built command; tests put a patched one in its place. */
export const builtCommand: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../../../packages/cli/dist/pgark.js', import.meta.url)),
]
/** Far more than any run takes: what lasts longer hangs. */
const hangsAfterMs = 180_000

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it told on standard output with `--json`. */
  readonly events: readonly Record<string, unknown>[]
  readonly stderr: string
  readonly hung: boolean
}

export interface ProcessOptions {
  readonly command?: readonly string[]
  /** More variables. */
  readonly env?: Readonly<Record<string, string>>
  /** The largest file that it may write. */
  readonly fileSizeLimitBytes?: number
  /** Called when it has started, and after each event with their number. */
  readonly onEvents?: (count: number, child: ChildProcess) => void
}

/** Runs the command as a process of its own, which knows of no database but those in its arguments. */
export async function runPgark(args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  const { command = builtCommand, env = {}, fileSizeLimitBytes, onEvents } = options
  const line = [...command, ...args]
  // POSIX counts blocks of 512 bytes. A limit on files does not bind pipes.
  const limit = fileSizeLimitBytes === undefined ? undefined : Math.max(1, Math.floor(fileSizeLimitBytes / 512))
  const [program = '', ...rest] =
    limit === undefined ? line : ['sh', '-c', `ulimit -f ${limit}; exec "$0" "$@"`, ...line]
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(PG|AWS_|GOOGLE_|DATABASE_URL|NODE_|FORCE_COLOR)/.test(name),
  )
  const child = spawn(program, rest, {
    // From here it finds the exporters, as from a project that has installed them.
    cwd: import.meta.dirname,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let count = 0
  onEvents?.(0, child)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const _ of text.matchAll(/\n/g)) {
      count += 1
      onEvents?.(count, child)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let hung = false
  const timer = setTimeout(() => {
    hung = true
    child.kill('SIGKILL')
  }, hangsAfterMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  const lines = stdout.split('\n').filter((each) => each.startsWith('{"type"') && each.endsWith('}'))
  return { code, signal, events: lines.map((each) => JSON.parse(each)), stderr, hung }
}
