import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ProcessUsage, watchProcess } from '@pgark/test-servers'

/** A whole process, from its start to its end. */
export interface Measurement extends ProcessUsage {
  readonly wallMs: number
}

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly folder: string
}

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
  // Without an id it has not started, and says so by an error below.
  const watch = watchProcess(child.pid ?? 0)
  let wallMs = 0
  child.once('exit', () => {
    wallMs = performance.now() - started
  })
  try {
    const [code, killedBy] = await once(child, 'close')
    if (code !== 0) {
      throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code ?? killedBy}:\n${talk}`)
    }
    return { wallMs, ...watch.end() }
  } finally {
    watch.end()
  }
}
