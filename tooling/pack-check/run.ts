import { spawnSync } from 'node:child_process'

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, whatever that is. */
export function attempt(command: string, args: string[], options: { cwd?: string } = {}): Outcome {
  const { error, status, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (error) throw error
  return { status, stdout, stderr }
}

/** Runs a program that must succeed, and answers its standard output. */
export function run(command: string, args: string[], options: { cwd?: string } = {}): string {
  const { status, stdout, stderr } = attempt(command, args, options)
  if (status === 0) return stdout
  throw new Error(`Expected \`${command} ${args.join(' ')}\` to succeed, it ended with ${status}:\n${stdout}${stderr}`)
}
