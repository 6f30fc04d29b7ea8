// The arithmetic that every length of XXH3 shares; names as in the specification.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

export const prime32_1: u64 = 0x9e3779b1
export const prime32_2: u64 = 0x85ebca77
export const prime32_3: u64 = 0xc2b2ae3d
export const prime64_1: u64 = 0x9e3779b185ebca87
export const prime64_2: u64 = 0xc2b2ae3d27d4eb4f
export const prime64_3: u64 = 0x165667b19e3779f9
export const prime64_4: u64 = 0x85ebca77c2b2ae63
export const prime64_5: u64 = 0x27d4eb2f165667c5

export function avalanche(x: u64): u64 {
  x ^= x >> 37
  x *= 0x165667919e3779f9
  return x ^ (x >> 32)
}

export function avalancheXxh64(x: u64): u64 {
  x ^= x >> 33
  x *= prime64_2
  x ^= x >> 29
  x *= prime64_3
  return x ^ (x >> 32)
}

/** The high half of a product of 128 bits. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const lowA = a & 0xffffffff
  const highA = a >> 32
  const lowB = b & 0xffffffff
  const highB = b >> 32
  const crossed = ((lowA * lowB) >> 32) + ((highA * lowB) & 0xffffffff) + lowA * highB
  return ((highA * lowB) >> 32) + (crossed >> 32) + highA * highB
}

/** Both halves of a product, folded into one. */
export function foldedProduct(a: u64, b: u64): u64 {
  return (a * b) ^ multiplyHigh(a, b)
}
