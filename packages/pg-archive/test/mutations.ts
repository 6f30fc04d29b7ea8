import * as fc from 'fast-check'

/** A change of some bytes: `length` of them are taken out from `place` on, and others put in. Places are taken modulo the size. */
export interface Mutation {
  readonly place: number
  readonly length: number
  /** Bytes, or a piece of the original from another place. */
  readonly put: Uint8Array | { readonly from: number; readonly length: number }
}

const place = fc.nat({ max: 2 ** 30 })
const nothing = Buffer.alloc(0)
/** What lengths and counts become: the largest of each width, in both byte orders, and what lies just beyond. */
const bombs = [
  'ff',
  'ffff',
  'ffffffff',
  'ffffffff7f',
  'ffffff7f',
  '7fffffff',
  'ffffffffffffff7f',
  '00000080',
  '0000000001',
  '80',
]
  .map((hex) => Buffer.from(hex, 'hex'))
  .concat(Buffer.from('77777777777'))

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // Cut off.
  fc.record({ place, length: fc.constant(Number.MAX_SAFE_INTEGER), put: fc.constant(nothing) }),
  // Something else in place of a few bytes.
  fc
    .uint8Array({ minLength: 1, maxLength: 4 })
    .chain((put) => fc.record({ place, length: fc.constant(put.length), put: fc.constant(put) })),
  fc
    .constantFrom(...bombs)
    .chain((put) => fc.record({ place, length: fc.constant(put.length), put: fc.constant(put) })),
  // A piece left out, or put in a second time.
  fc.record({ place, length: fc.nat({ max: 2000 }), put: fc.constant(nothing) }),
  fc.record({ place, length: fc.nat({ max: 2000 }), put: fc.record({ from: place, length: fc.nat({ max: 2000 }) }) }),
)

/** One change, or a few, as disks, networks and ill will make them. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 3 })

export function mutated(original: Uint8Array, changes: readonly Mutation[]): Buffer {
  return changes.reduce((bytes: Buffer, change) => {
    const at = change.place % (bytes.length + 1)
    const from = 'from' in change.put ? change.put.from % original.length : 0
    const put = 'from' in change.put ? original.subarray(from, from + change.put.length) : change.put
    return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + change.length))])
  }, Buffer.from(original))
}
