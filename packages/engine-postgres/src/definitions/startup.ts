import { encodeMessage, int32 } from './message-scanner.ts'

/** Codes that stand where a startup packet has its protocol version. */
const CANCEL_REQUEST = 80877102
const SSL_REQUEST = 80877103
const GSSENC_REQUEST = 80877104
const PROTOCOL_3_0 = 3 << 16
/** The server's own limit for a startup packet. */
const LONGEST_PACKET = 10_000

/** `ParameterStatus` values by name, as the server would report them after authentication. */
export type ServerParameters = Readonly<Record<string, string>>

/** What pg_dump's libpq is told before the session begins. */
export interface StartupAnswer {
  /** Sent to pg_dump. Empty while the packet is incomplete. */
  readonly reply: Uint8Array
  /** Set once the session has begun: the bytes that followed the startup packet. */
  readonly rest?: Uint8Array
}

/**
 * Answers libpq's first packets. The connection behind the tunnel is authenticated already, so encryption is declined, and
 * any user is let in, without the server being asked.
 */
export class StartupDialogue {
  readonly #parameters: ServerParameters
  #held = Buffer.alloc(0)

  constructor(parameters: ServerParameters) {
    this.#parameters = parameters
  }

  push(chunk: Uint8Array): StartupAnswer {
    this.#held = Buffer.concat([this.#held, chunk])
    const replies: Buffer[] = []
    while (this.#held.length >= 8) {
      const length = this.#held.readInt32BE(0)
      if (length < 8 || length > LONGEST_PACKET) throw new Error('pg_dump sent an impossible startup packet')
      if (this.#held.length < length) break
      const packet = this.#held.subarray(0, length)
      this.#held = this.#held.subarray(length)
      const code = packet.readInt32BE(4)
      if (code === SSL_REQUEST || code === GSSENC_REQUEST) replies.push(Buffer.from('N'))
      else if (code !== CANCEL_REQUEST) {
        replies.push(sessionBegins(packet, this.#parameters))
        return { reply: Buffer.concat(replies), rest: this.#held }
      }
    }
    return { reply: Buffer.concat(replies) }
  }
}

function sessionBegins(packet: Buffer, parameters: ServerParameters): Buffer {
  return Buffer.concat([
    ...negotiation(packet),
    encodeMessage('R', int32(0)),
    ...Object.entries(parameters).map(([name, value]) => encodeMessage('S', `${name}\0${value}\0`)),
    // Process id and key for a cancel request, which nobody will be there to receive.
    encodeMessage('K', int32(0), int32(0)),
    encodeMessage('Z', 'I'),
  ])
}

/** A client that asks for more than protocol 3.0, or for protocol options, is told what it gets (NegotiateProtocolVersion). */
function negotiation(packet: Buffer): Buffer[] {
  const names = packet.toString('latin1', 8).split('\0')
  const unknown = names.filter((name, index) => index % 2 === 0 && name.startsWith('_pq_.'))
  if (packet.readInt32BE(4) === PROTOCOL_3_0 && unknown.length === 0) return []
  return [encodeMessage('v', int32(PROTOCOL_3_0), int32(unknown.length), ...unknown.map((name) => `${name}\0`))]
}
