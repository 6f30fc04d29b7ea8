import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { PgarkError } from '@pgark/core'
import { NATIVE_ENVIRONMENT } from './find-native.ts'
import { FrontendFrames, type FrontendStep } from './frontend-frames.ts'
import { joined } from './message-scanner.ts'
import { pgDumpError } from './pg-dump-error.ts'
import type { DumpedArchive, NativeProgram, ProgramRun } from './program.ts'
import type { Tunnel } from './tunnel.ts'

/** Part of the socket's name in libpq. */
const PORT = '5432'

type Child = ChildProcessByStdio<null, Readable, Readable>

/**
 * Runs a pg_dump binary against a unix-domain socket of ours, in a folder that only this user can enter, and forwards what it says
 * over the connection that is authenticated already. So it needs no password, TLS or name resolution, and talks to the very server
 * (behind a load balancer, too) that holds the snapshot. The process has ended when the promise settles.
 */
export async function runNative(options: ProgramRun<NativeProgram>): Promise<DumpedArchive> {
  const { program, signal } = options
  // mkdtemp gives the folder mode 0700.
  const folder = await mkdtemp(path.join(tmpdir(), 'pgark-'))
  const server = createServer()
  const sockets = new Set<Socket>()
  let child: Child | undefined
  let onAbort = () => {}
  try {
    await listen(server, path.join(folder, `.s.PGSQL.${PORT}`))
    return await new Promise<DumpedArchive>((resolve, reject) => {
      onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) return onAbort()
      server.on('connection', (socket) => {
        sockets.add(socket)
        // The cause of a socket's error is that pg_dump has ended, which its exit tells better.
        socket.on('error', () => {})
        forward(socket, options, reject).catch(reject)
      })
      const target = ['--host', folder, '--port', PORT, '--username', options.user, '--no-password']
      child = spawn(program.path, [...options.args, ...target], {
        env: NATIVE_ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      outputOf(child, program).then(resolve, reject)
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (child) await ended(child)
    for (const socket of sockets) socket.destroy()
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function listen(server: Server, file: string): Promise<void> {
  server.listen(file)
  await once(server, 'listening')
}

/** One request after the other, as libpq asks them, until pg_dump hangs up. */
async function forward(
  socket: Socket,
  { tunnel, parameters }: ProgramRun<NativeProgram>,
  fail: (reason: unknown) => void,
): Promise<void> {
  const frames = new FrontendFrames(parameters)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      // Told before the loop is left: leaving it closes the socket, and pg_dump's complaint of that would be heard first.
      const answers = await answersTo(frames.push(chunk), tunnel).catch(fail)
      if (answers === undefined) return
      socket.write(answers)
    }
  } catch (error) {
    // A socket that pg_dump left behind: its exit code tells what happened.
    if (!socket.errored) fail(error)
  }
}

async function answersTo(steps: readonly FrontendStep[], tunnel: Tunnel): Promise<Uint8Array> {
  const answers: Uint8Array[] = []
  for (const step of steps) {
    answers.push(step.kind === 'reply' ? step.bytes : await tunnel.exchange(step.bytes, step.answers))
  }
  return joined(answers)
}

/** What pg_dump wrote to stdout, which is the archive. */
async function outputOf(child: Child, program: NativeProgram): Promise<DumpedArchive> {
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', (cause) => reject(notStarted(program, cause)))
  })
  const [archive, stderr, code] = await Promise.all([buffer(child.stdout), text(child.stderr), exit])
  if (code !== 0) throw pgDumpError(stderr, code)
  return { bytes: archive, stderr }
}

function notStarted(program: NativeProgram, cause: unknown): PgarkError {
  return new PgarkError('ENGINE.PG_DUMP_UNAVAILABLE', `${program.path} could not be started`, {
    hint: 'Give the path of a pg_dump binary, or leave --pg-dump out to use the built-in one.',
    meta: { path: program.path },
    cause,
  })
}

/** Ends the process by its own id, if it has not ended. */
async function ended(child: Child): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
