import type { Problem } from '@pgark/core'

/** One of the servers that a connection may be made to. */
export interface ServerAddress {
  /** A name, an address or a folder of unix sockets: what certificates and password files are compared with. */
  readonly host: string
  /** Where to connect, without asking for the name's address. */
  readonly address?: string
  readonly port: number
}

export interface ServerLists {
  readonly host: string | readonly string[] | undefined
  readonly hostAddress: string | readonly string[] | undefined
  readonly port: number | readonly number[] | undefined
}

const defaultHost = 'localhost'
const defaultPort = 5432

/** The servers in the order given. Lists go side by side, as in libpq; one port is for all. */
export function serverAddresses(lists: ServerLists): ServerAddress[] {
  const { hosts, addresses, ports } = columns(lists)
  return (addresses.length > 0 ? addresses : hosts).map((_, index) => {
    const address = addresses[index]
    const port = (ports.length === 1 ? ports[0] : ports[index]) || defaultPort
    return { host: hosts[index] || address || defaultHost, ...(address && { address }), port }
  })
}

export function* serverListProblems(lists: ServerLists): Iterable<Problem> {
  const { hosts, addresses, ports } = columns(lists)
  const servers = addresses.length > 0 ? addresses.length : hosts.length
  const counts = `${hosts.length} hosts, ${addresses.length} addresses and ${ports.length} ports`
  const areUneven = hosts.length > 0 && addresses.length > 0 && addresses.length !== hosts.length
  if (areUneven || (ports.length > 1 && ports.length !== servers)) {
    yield { message: `Lists of different length: ${counts}.`, hint: 'give each host its port, or one port for all' }
  }
}

/** `a:5432,b:5433` */
export function describeServers(servers: readonly ServerAddress[]): string {
  return servers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
}

function columns({ host, hostAddress = [], port = [] }: ServerLists) {
  const addresses = [hostAddress].flat()
  const hosts = [host ?? (addresses.length > 0 ? [] : defaultHost)].flat()
  return { hosts, addresses, ports: [port].flat() }
}
