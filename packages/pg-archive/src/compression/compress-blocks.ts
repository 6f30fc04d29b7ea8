import { availableParallelism } from 'node:os'
import { FrameEncoder } from './frame-encoder.ts'
import { handBack, joined } from './lending.ts'

/** Blocks being compressed by other threads while the next is gathered. */
const threads = 2
const blockBytes = 1024 * 1024
/** Higher levels find repetitions that lie further apart, so that a larger block is worth its memory. */
const highLevel = 7
const highLevelBlockBytes = 8 * 1024 * 1024

/** A level at which a block takes a few milliseconds. */
const quickLevel = 3

/**
 * With one core for the source of the bytes and one for us there is none for a thread, which then only adds to the work: a third of
 * what level 1 takes. A slow level would hold up everything else here for too long.
 */
const hasSpareCores = availableParallelism() > 2
const worthThreads = (level: number) => hasSpareCores || level > quickLevel

/**
 * Compresses a stream block by block, each a zstd frame with a checksum of its content; frames concatenate. Costs a third less than
 * one frame for the whole of it, and uses other cores where there are any. Bounded memory: chunks with a `[Symbol.dispose]` are handed back when they have
 * been read, and what it yields may be.
 */
export async function* compressBlocks(
  body: AsyncIterable<Uint8Array>,
  level: number,
  inThread = worthThreads(level),
): AsyncGenerator<Uint8Array> {
  const size = level < highLevel ? blockBytes : highLevelBlockBytes
  const encoders = Array.from({ length: inThread ? threads : 1 }, () => new FrameEncoder(level, size, { inThread }))
  const running: Promise<readonly Uint8Array[]>[] = []
  let begun = 0
  const begin = (block: Uint8Array) => {
    const encoder = encoders[begun++ % encoders.length] as FrameEncoder
    const encoded = encoder.encode(block).finally(() => handBack(block))
    // Told when its turn has come; until then a rejection must not count as unhandled.
    encoded.catch(() => {})
    running.push(encoded)
  }
  try {
    for await (const block of inBlocks(body, size)) {
      // The encoder whose turn it is has the oldest block.
      if (running.length === encoders.length) yield* (await running.shift()) as readonly Uint8Array[]
      begin(block)
    }
    // Even nothing is a stream: a frame without content.
    if (begun === 0) begin(Buffer.alloc(0))
    while (running.length > 0) yield* (await running.shift()) as readonly Uint8Array[]
  } finally {
    // For a reader that stopped early, or a source that failed: no one waits for these any more.
    await Promise.allSettled(running)
    for (const encoder of encoders) encoder.close()
  }
}

/** Blocks of at most `size` bytes. What is large enough is not copied, the rest is gathered. */
async function* inBlocks(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    const isLarge = part.length >= size / 4
    if (bytes > 0 && (isLarge || bytes + part.length > size)) {
      yield joined(parts)
      parts = []
      bytes = 0
    }
    if (isLarge) yield* split(part, size)
    else {
      parts.push(part)
      bytes += part.length
    }
  }
  if (bytes > 0) yield joined(parts)
}

function* split(part: Uint8Array, size: number): Generator<Uint8Array> {
  if (part.length <= size) yield part
  else for (let at = 0; at < part.length; at += size) yield part.subarray(at, at + size)
}
