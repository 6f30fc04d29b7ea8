import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AskedContainer {
  readonly Image: string
  readonly Cmd: readonly string[]
  readonly Env: readonly string[]
  readonly HostConfig: { readonly PortBindings: Record<string, { readonly HostIp?: string }[]> }
}

/** As much of the Docker API as starting, using and ending a container takes; nothing runs in it. It tells of the last. */
export interface FakeContainerEngine {
  readonly url: string
  /** How it was asked for. */
  readonly container: AskedContainer | undefined
  readonly isRemoved: boolean
  /** Commands that were run in it. */
  readonly commands: readonly (readonly string[])[]
  /** Archives that were copied into it, as text. */
  readonly copied: readonly string[]
  stop(): Promise<void>
}

const port = '9000/tcp'

/**
 * @param hostPort where what the container publishes answers
 * @param exitCodeOf what comes of a command in it
 */
export async function startFakeContainerEngine(
  hostPort: number,
  exitCodeOf: (command: readonly string[]) => number = () => 0,
): Promise<FakeContainerEngine> {
  let container: AskedContainer | undefined
  let isRemoved = false
  const commands: string[][] = []
  const copied: string[] = []

  function answer(method: string, path: string, body: Buffer): unknown {
    const parsed = () => JSON.parse(body.toString())
    if (path === '/info') return { OperatingSystem: 'none', ServerVersion: '0' }
    if (path.startsWith('/images/')) return { Id: 'image' }
    if (path === '/containers/json') return []
    if (path === '/containers/create') {
      container = parsed() as AskedContainer
      isRemoved = false
      commands.length = 0
      copied.length = 0
      return { Id: 'container' }
    }
    if (path === '/containers/container/json') {
      return {
        Name: '/container',
        HostConfig: container?.HostConfig,
        Config: { Hostname: 'container', Labels: {} },
        State: { Status: 'running', Running: true, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '' },
        NetworkSettings: { Networks: {}, Ports: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] } },
      }
    }
    if (path === '/containers/container/archive') return void copied.push(body.toString())
    if (path === '/containers/container/exec') {
      commands.push(parsed().Cmd)
      return { Id: String(commands.length - 1) }
    }
    const [, exec] = /^\/exec\/(\d+)\/json$/.exec(path) ?? []
    if (exec !== undefined) return { ExitCode: exitCodeOf(commands[Number(exec)] ?? []) }
    if (method === 'DELETE') isRemoved = true
    return undefined
  }

  const server = createServer(async (request: IncomingMessage, response) => {
    const body = Buffer.concat(await request.toArray())
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '')
    const found = answer(request.method ?? '', path, body)
    if (found === undefined) response.writeHead(200).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get container() {
      return container
    },
    get isRemoved() {
      return isRemoved
    },
    commands,
    copied,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
