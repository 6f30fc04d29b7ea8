import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../../dist/pgark.js', import.meta.url))

/** What is done once the text is shown on the terminal: something typed, or something to the process. */
export interface Answer {
  readonly at: string
  readonly give: string | ((pid: number) => void)
}

/** Runs the built command on a terminal of its own; what it shows there, and the exit code. */
export async function onTerminal(
  args: readonly string[],
  { at, give }: Answer,
): Promise<{ code: number; shown: string }> {
  const words = [process.execPath, built, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  const child = spawn('script', ['-qec', `echo pid $$; exec ${words.join(' ')}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', PGARK_YES: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  let isGiven = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    if (isGiven || !shown.includes(at)) return
    isGiven = true
    if (typeof give === 'string') child.stdin.write(give)
    else give(Number(/pid (\d+)/.exec(shown)?.[1]))
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, shown }
}
