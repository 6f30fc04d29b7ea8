import type { Exporter } from '../contracts/exporter.ts'
import { bytesOf, whole } from './bodies.ts'

/** More than any known service lists or removes in one request. */
const count = 1100
const writtenAtOnce = 50

/** Writes 1,100 small objects, and answers their keys in order. */
export async function writeMany(exporter: Exporter, keyOf: (index: number) => string): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, index) => keyOf(index))
  for (let at = 0; at < count; at += writtenAtOnce) {
    await Promise.all(keys.slice(at, at + writtenAtOnce).map((key) => exporter.write(key, whole(bytesOf(10)))))
  }
  return keys.sort()
}
