import { expect, test } from 'vitest'
import { headerTracker } from '../src/message-headers.ts'

/** Three messages of 3, 0 and 300 bytes. */
const stream = Buffer.concat(
  [3, 0, 300].map((length) => {
    const message = Buffer.alloc(5 + length, 'x')
    message.write('d')
    message.writeInt32BE(4 + length, 1)
    return message
  }),
)
const headers = [0, 8, 13]

for (const pieceBytes of [1, 5, 7, 64, stream.length]) {
  test(`the flipped bit is one of a header, however the bytes are cut (${pieceBytes})`, () => {
    for (let from = 0; from < stream.length; from += pieceBytes) {
      const copy = Buffer.from(stream)
      const track = headerTracker()
      let flipped: boolean = false
      for (let at = 0; at < copy.length; at += pieceBytes) {
        const arm: boolean = at >= from && !flipped
        flipped = track(copy.subarray(at, at + pieceBytes), arm ? 9 : undefined) || flipped
      }
      const changed = [...copy.keys()].filter((at) => copy[at] !== stream[at])
      if (!flipped) expect(changed).toEqual([])
      else {
        expect(changed).toHaveLength(1)
        expect(headers).toContain((changed[0] ?? 0) - 1)
        expect(changed[0]).toBeGreaterThan(from)
      }
    }
  })
}
