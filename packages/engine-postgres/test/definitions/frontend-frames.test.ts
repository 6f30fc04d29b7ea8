import { describe, expect, test } from 'vitest'
import { FrontendFrames, type FrontendStep } from '../../src/definitions/frontend-frames.ts'
import { bodiesOf, encodeMessage, int32, MessageScanner } from '../../src/definitions/message-scanner.ts'

const startupPacket = (code: number, ...texts: string[]) => {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''))
  return Buffer.concat([int32(8 + body.length), int32(code), body])
}
const ssl = startupPacket(80877103)
const gss = startupPacket(80877104)
const startup = startupPacket(196608, 'user', 'backup', 'database', 'shop', '')
const query = (sql: string) => encodeMessage('Q', `${sql}\0`)

const begun = () => {
  const frames = new FrontendFrames({ server_version: '17.5' })
  frames.push(startup)
  return frames
}
const requests = (steps: readonly FrontendStep[]) =>
  steps.map((step) => [step.kind, Buffer.from(step.bytes).toString('latin1'), step.kind === 'request' && step.answers])

describe('the start of a session', () => {
  test('declines encryption and lets the user in, whatever the packets are cut into', () => {
    const all = Buffer.concat([gss, ssl, startup])
    for (const size of [1, 3, 8, 1000]) {
      const frames = new FrontendFrames({ server_version: '17.5', TimeZone: 'Etc/UTC' })
      const replies: Uint8Array[] = []
      for (let at = 0; at < all.length; at += size) {
        replies.push(...frames.push(all.subarray(at, at + size)).map((step) => step.bytes))
      }
      const reply = Buffer.concat(replies)
      expect(reply.toString('latin1', 0, 2)).toBe('NN')
      const messages = reply.subarray(2)
      expect(bodiesOf('R', messages)).toEqual([int32(0)])
      expect(bodiesOf('S', messages).map(String)).toEqual(['server_version\x0017.5\0', 'TimeZone\0Etc/UTC\0'])
      expect(bodiesOf('Z', messages).map(String)).toEqual(['I'])
      expect(bodiesOf('v', messages)).toEqual([])
    }
  })

  test('negotiates a newer protocol down', () => {
    const newer = startupPacket(196610, 'user', 'backup', '_pq_.test', '1', '')
    const [step] = new FrontendFrames({}).push(newer)
    const [body] = bodiesOf('v', step?.bytes ?? Buffer.of())
    expect(body).toEqual(Buffer.concat([int32(196608), int32(1), Buffer.from('_pq_.test\0')]))
  })

  test('keeps what follows the startup packet', () => {
    const steps = new FrontendFrames({}).push(Buffer.concat([startup, query('SELECT 1')]))
    expect(steps.map((step) => step.kind)).toEqual(['reply', 'request'])
  })

  test('refuses an impossible packet', () => {
    expect(() => new FrontendFrames({}).push(Buffer.concat([int32(7), int32(0)]))).toThrow('startup packet')
    expect(() => new FrontendFrames({}).push(Buffer.concat([int32(10_001), int32(0)]))).toThrow('startup packet')
  })
})

describe('requests', () => {
  test('a message is held until its last byte is there, wherever it is cut', () => {
    const message = query('SELECT 1')
    for (let cut = 1; cut < message.length; cut++) {
      const frames = begun()
      expect(frames.push(message.subarray(0, cut))).toEqual([])
      expect(requests(frames.push(message.subarray(cut)))).toEqual([['request', message.toString('latin1'), 1]])
    }
  })

  test('what follows the last whole message is held', () => {
    const frames = begun()
    const both = Buffer.concat([query('SELECT 1'), query('SELECT 2')])
    expect(requests(frames.push(both.subarray(0, both.length - 3)))).toEqual([
      ['request', query('SELECT 1').toString('latin1'), 1],
    ])
    expect(requests(frames.push(both.subarray(both.length - 3)))).toEqual([
      ['request', query('SELECT 2').toString('latin1'), 1],
    ])
  })

  test('a request of many chunks comes out whole', () => {
    const frames = begun()
    const message = query(`LOCK TABLE ${'x'.repeat(100_000)}`)
    const steps: FrontendStep[] = []
    for (let at = 0; at < message.length; at += 8192) steps.push(...frames.push(message.subarray(at, at + 8192)))
    expect(requests(steps)).toEqual([['request', message.toString('latin1'), 1]])
  })

  test('the extended protocol waits for its Sync; each answer is counted', () => {
    const frames = begun()
    const parse = encodeMessage('P', '\0SELECT 1\0', Buffer.alloc(2))
    expect(frames.push(parse)).toEqual([])
    const rest = Buffer.concat([encodeMessage('S'), query('SELECT 2')])
    expect(requests(frames.push(rest))).toEqual([['request', Buffer.concat([parse, rest]).toString('latin1'), 2]])
  })

  test('Terminate is swallowed, alone and behind a query', () => {
    expect(begun().push(encodeMessage('X'))).toEqual([])
    expect(requests(begun().push(Buffer.concat([query('COMMIT'), encodeMessage('X')])))).toEqual([
      ['request', query('COMMIT').toString('latin1'), 1],
    ])
  })

  test('memory that changes after the call does not change what was held', () => {
    const frames = begun()
    const message = query('SELECT 1')
    const memory = Buffer.from(message.subarray(0, 9))
    frames.push(memory)
    memory.fill(0)
    expect(requests(frames.push(message.subarray(9)))).toEqual([['request', message.toString('latin1'), 1]])
  })
})

test('a length that no message can have is an error', () => {
  expect(() => new MessageScanner().scan(Buffer.from('Q\0\0\0\x03'))).toThrow('impossible length')
})
