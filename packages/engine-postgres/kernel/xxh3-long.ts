// XXH3-128 of more than 240 bytes, in as many parts as they come in.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md#xxh3-algorithm-for-large-inputs
import {
  avalanche,
  foldedProduct,
  prime32_1,
  prime32_2,
  prime32_3,
  prime64_1,
  prime64_2,
  prime64_3,
  prime64_4,
  prime64_5,
} from './mixing'
import { secret } from './secret'
import { setHash } from './xxh3'

export const stripeBytes: u32 = 64
/** Each stripe moves 8 bytes on in the secret, until its end. */
const stripesInBlock: u32 = 16
const lastStripeKey: u32 = 121
const lowKey: u32 = 11
const highKey: u32 = 117

const accumulators: usize = memory.data(64, 16)
let stripe: u32 = 0

export function beginLong(): void {
  store<u64>(accumulators, prime32_3)
  store<u64>(accumulators, prime64_1, 8)
  store<u64>(accumulators, prime64_2, 16)
  store<u64>(accumulators, prime64_3, 24)
  store<u64>(accumulators, prime64_4, 32)
  store<u64>(accumulators, prime32_2, 40)
  store<u64>(accumulators, prime64_5, 48)
  store<u64>(accumulators, prime32_1, 56)
  stripe = 0
}

/** Takes whole stripes; at least one byte must follow them. */
export function addStripes(at: usize, count: u32): void {
  let a = v128.load(accumulators)
  let b = v128.load(accumulators, 16)
  let c = v128.load(accumulators, 32)
  let d = v128.load(accumulators, 48)
  for (let i: u32 = 0; i < count; i++, at += stripeBytes) {
    const key = secret + (stripe << 3)
    a = accumulate(a, at, key)
    b = accumulate(b, at + 16, key + 16)
    c = accumulate(c, at + 32, key + 32)
    d = accumulate(d, at + 48, key + 48)
    if (++stripe === stripesInBlock) {
      stripe = 0
      a = scramble(a, secret + 128)
      b = scramble(b, secret + 144)
      c = scramble(c, secret + 160)
      d = scramble(d, secret + 176)
    }
  }
  v128.store(accumulators, a)
  v128.store(accumulators, b, 16)
  v128.store(accumulators, c, 32)
  v128.store(accumulators, d, 48)
}

/** Ends with the last 64 bytes, some or all of which may have been taken before. */
export function finishLong(last: usize, length: u64): void {
  for (let i: u32 = 0; i < stripeBytes; i += 16) {
    const sum = accumulate(v128.load(accumulators + i), last + i, secret + lastStripeKey + i)
    v128.store(accumulators + i, sum)
  }
  setHash(merge(secret + lowKey, length * prime64_1), merge(secret + highKey, ~(length * prime64_2)))
}

function accumulate(sum: v128, at: usize, key: usize): v128 {
  const data = v128.load(at)
  const mixed = v128.xor(data, v128.load(key))
  const low = i32x4.shuffle(mixed, mixed, 0, 2, 0, 2)
  const high = i32x4.shuffle(mixed, mixed, 1, 3, 1, 3)
  const product = i64x2.extmul_low_i32x4_u(low, high)
  return i64x2.add(sum, i64x2.add(product, i64x2.shuffle(data, data, 1, 0)))
}

function scramble(sum: v128, key: usize): v128 {
  const mixed = v128.xor(v128.xor(sum, i64x2.shr_u(sum, 47)), v128.load(key))
  return i64x2.mul(mixed, i64x2.splat(prime32_1))
}

function merge(key: usize, start: u64): u64 {
  let sum = start
  for (let i: u32 = 0; i < stripeBytes; i += 16) {
    const one = load<u64>(accumulators + i) ^ load<u64>(key + i)
    sum += foldedProduct(one, load<u64>(accumulators + i, 8) ^ load<u64>(key + i, 8))
  }
  return avalanche(sum)
}
