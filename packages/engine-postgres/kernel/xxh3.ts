// XXH3-128 with seed 0 and the default secret, of up to 240 bytes; xxh3-long.ts has the rest.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md#xxh3-algorithm-for-small-inputs
import {
  avalanche,
  avalancheXxh64,
  foldedProduct,
  multiplyHigh,
  prime32_2,
  prime64_1,
  prime64_2,
  prime64_4,
} from './mixing'
import { secret } from './secret'

/** What is longer is hashed in stripes. */
export const longestShort: u32 = 240

/** The halves of the last hash. */
export let hashLow: u64 = 0
export let hashHigh: u64 = 0

export function setHash(low: u64, high: u64): void {
  hashLow = low
  hashHigh = high
}

export function hashShort(at: usize, length: u32): void {
  if (length > 128) hash129to240(at, length)
  else if (length > 16) hash17to128(at, length)
  else if (length > 8) hash9to16(at, length)
  else if (length > 3) hash4to8(at, length)
  else if (length > 0) hash1to3(at, length)
  else hashEmpty()
}

function hashEmpty(): void {
  setHash(
    avalancheXxh64(load<u64>(secret, 64) ^ load<u64>(secret, 72)),
    avalancheXxh64(load<u64>(secret, 80) ^ load<u64>(secret, 88)),
  )
}

function hash1to3(at: usize, length: u32): void {
  const first = <u32>load<u8>(at)
  const middle = <u32>load<u8>(at + (length >> 1))
  const last = <u32>load<u8>(at + length - 1)
  const combined = (first << 16) | (middle << 24) | last | (length << 8)
  const rotated = rotl<u32>(bswap<u32>(combined), 13)
  setHash(
    avalancheXxh64(<u64>combined ^ <u64>(load<u32>(secret) ^ load<u32>(secret, 4))),
    avalancheXxh64(<u64>rotated ^ <u64>(load<u32>(secret, 8) ^ load<u32>(secret, 12))),
  )
}

function hash4to8(at: usize, length: u32): void {
  const input = <u64>load<u32>(at) | ((<u64>load<u32>(at + length - 4)) << 32)
  const value = input ^ load<u64>(secret, 16) ^ load<u64>(secret, 24)
  const factor = prime64_1 + ((<u64>length) << 2)
  let low = value * factor
  const high = multiplyHigh(value, factor) + (low << 1)
  low ^= high >> 3
  low ^= low >> 35
  low *= 0x9fb21c651e98df25
  low ^= low >> 28
  setHash(low, avalanche(high))
}

function hash9to16(at: usize, length: u32): void {
  const first = load<u64>(at)
  const last = load<u64>(at + length - 8)
  const mixed = first ^ last ^ load<u64>(secret, 32) ^ load<u64>(secret, 40)
  const kept = last ^ load<u64>(secret, 48) ^ load<u64>(secret, 56)
  const high = multiplyHigh(mixed, prime64_1) + kept + (kept & 0xffffffff) * (prime32_2 - 1)
  const low = (mixed * prime64_1 + ((<u64>(length - 1)) << 54)) ^ bswap<u64>(high)
  setHash(avalanche(low * prime64_2), avalanche(multiplyHigh(low, prime64_2) + high * prime64_2))
}

/** One of two accumulators after another 32 bytes, which the other one takes the other way round. */
function mix32(sum: u64, one: usize, other: usize, key: usize): u64 {
  const mixed = foldedProduct(load<u64>(one) ^ load<u64>(key), load<u64>(one, 8) ^ load<u64>(key, 8))
  return (sum + mixed) ^ (load<u64>(other) + load<u64>(other, 8))
}

function finishMixed(left: u64, right: u64, length: u32): void {
  const high = left * prime64_1 + right * prime64_4 + <u64>length * prime64_2
  setHash(avalanche(left + right), 0 - avalanche(high))
}

function hash17to128(at: usize, length: u32): void {
  let left = <u64>length * prime64_1
  let right: u64 = 0
  // From the middle to both ends.
  for (let i = ((length - 1) >> 5) << 4, end = at + length - 16; ; i -= 16) {
    left = mix32(left, at + i, end - i, secret + (i << 1))
    right = mix32(right, end - i, at + i, secret + (i << 1) + 16)
    if (i === 0) break
  }
  finishMixed(left, right, length)
}

function hash129to240(at: usize, length: u32): void {
  let left = <u64>length * prime64_1
  let right: u64 = 0
  const end = length & ~31
  for (let i: u32 = 0; i < end; i += 32) {
    const key = i < 128 ? secret + i : secret + 3 + i - 128
    left = mix32(left, at + i, at + i + 16, key)
    right = mix32(right, at + i + 16, at + i, key + 16)
    if (i === 96) {
      left = avalanche(left)
      right = avalanche(right)
    }
  }
  const last = at + length - 16
  left = mix32(left, last, last - 16, secret + 103)
  right = mix32(right, last - 16, last, secret + 119)
  finishMixed(left, right, length)
}
