import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { headerTracker } from './message-headers.ts'

/** Who sent a byte. */
export type Side = 'client' | 'server'

export interface StallOptions {
  /** What is sent meanwhile vanishes, as on a path whose next hop still answers. Default: nobody takes it, and senders block. */
  swallow?: boolean
  /** Connections that are made later pass. Default: they get no answer either. */
  sparesNew?: boolean
}

/** A TCP proxy before a server, with the faults that networks have. */
export interface FaultyProxy {
  readonly port: number
  /** Bytes that were passed on so far, of all connections together. */
  readonly passed: Readonly<Record<Side, number>>
  /** Calls `act` before the byte of that number from that side is passed on; bytes before it have been. */
  when(side: Side, byte: number, act: () => void): void
  /** Ends every open connection: by a reset, or as if the other side had closed it. */
  cut(how: 'reset' | 'end'): void
  /** Open connections fall silent, without an end. */
  stall(options?: StallOptions): void
  /** Flips one bit of the next byte from that side. */
  corrupt(side: Side): void
  /** Flips one bit of the header of the next whole message from the server: its type or its length. Not for TLS. */
  garble(bit: number): void
  /** Every open connection and every fault is gone; what was armed by `when` as well. The counters begin at 0. */
  reset(): void
  stop(): Promise<void>
}

/** Starts a proxy on a free loopback port. */
export async function startFaultyProxy(serverPort: number): Promise<FaultyProxy> {
  const passed: Record<Side, number> = { client: 0, server: 0 }
  const open = new Set<Record<Side, Socket>>()
  let armed: { side: Side; byte: number; act: () => void }[] = []
  let flips: Side[] = []
  let garbledBit: number | undefined
  let stalls: { swallow: boolean; of: Set<object> | 'all' } | undefined
  const isStalled = (pair: object) => stalls !== undefined && (stalls.of === 'all' || stalls.of.has(pair))

  /** Passes bytes on one by one where something is armed, otherwise as they are. */
  function pass(pair: Record<Side, Socket>, side: Side, chunk: Buffer, header: ReturnType<typeof headerTracker>): void {
    const other = side === 'client' ? pair.server : pair.client
    for (let rest = chunk; rest.length > 0 && !other.destroyed; ) {
      const due = armed.filter((each) => each.side === side && each.byte <= passed[side])
      armed = armed.filter((each) => !due.includes(each))
      for (const { act } of due) act()
      if (isStalled(pair)) {
        if (!stalls?.swallow) pair[side].pause().unshift(rest)
        return
      }
      if (other.destroyed) return
      const next = Math.min(...armed.filter((each) => each.side === side).map(({ byte }) => byte))
      const length = Math.min(rest.length, flips.includes(side) ? 1 : next - passed[side])
      const part = Buffer.from(rest.subarray(0, length))
      if (flips.includes(side)) {
        part[0] = (part[0] ?? 0) ^ 0x10
        flips = flips.filter((flipped) => flipped !== side)
      }
      if (side === 'server' && header(part, garbledBit)) garbledBit = undefined
      passed[side] += length
      rest = rest.subarray(length)
      if (!other.write(part)) {
        pair[side].pause()
        other.once('drain', () => isStalled(pair) || pair[side].resume())
      }
    }
  }

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = dial({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true })
    const pair = { client, server }
    open.add(pair)
    const header = headerTracker()
    for (const side of ['client', 'server'] as const) {
      const other = side === 'client' ? server : client
      pair[side].setNoDelay(true)
      pair[side].on('data', (chunk: Buffer) => pass(pair, side, chunk, header))
      pair[side].on('end', () => isStalled(pair) || other.end())
      pair[side].on('error', () => isStalled(pair) || other.resetAndDestroy())
      pair[side].on('close', () => {
        if (!isStalled(pair)) other.destroy()
        if (client.destroyed && server.destroyed) open.delete(pair)
      })
    }
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const cut = (how: 'reset' | 'end') => {
    for (const { client, server } of open) {
      if (how === 'reset') client.resetAndDestroy()
      else client.end()
      server.destroy()
    }
  }
  const reset = () => {
    stalls = garbledBit = undefined
    armed = []
    flips = []
    for (const { client, server } of open) {
      client.destroy()
      server.destroy()
    }
    passed.client = passed.server = 0
  }
  return {
    port: (listener.address() as { port: number }).port,
    passed,
    when: (side, byte, act) => void armed.push({ side, byte, act }),
    cut,
    stall: ({ swallow = false, sparesNew = false } = {}) => {
      stalls = { swallow, of: sparesNew ? new Set(open) : 'all' }
    },
    corrupt: (side) => void flips.push(side),
    garble: (bit) => {
      garbledBit = bit
    },
    reset,
    async stop() {
      reset()
      listener.close()
      await once(listener, 'close')
    },
  }
}
