import assert from 'node:assert/strict'
import { bytesOf, whole } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertBytes, assertHolds, read, rejection } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

const chunkSizeBytes = 64 * 1024

/** A body of lent chunks, whose memory is full of something else as soon as they are handed back. */
function lend(bytes: Buffer, ending: () => void = () => {}) {
  /** How often each chunk was handed back. */
  const handedBack: number[] = []
  let mostOutBytes = 0
  async function* body() {
    for (let at = 0; at < bytes.length; at += chunkSizeBytes) {
      const chunk = Buffer.from(bytes.subarray(at, at + chunkSizeBytes))
      const index = handedBack.push(0) - 1
      const dispose = () => {
        handedBack[index] = (handedBack[index] ?? 0) + 1
        chunk.fill(0xee)
      }
      mostOutBytes = Math.max(mostOutBytes, handedBack.filter((times) => times === 0).length * chunkSizeBytes)
      yield Object.assign(chunk, { [Symbol.dispose]: dispose })
    }
    ending()
  }
  return { body: body(), handedBack, mostOutBytes: () => mostOutBytes }
}

export const lentChunkCases: readonly ContractCase[] = [
  contractCase('lent chunks: a write hands each back once', [], async ({ exporter, key, subject }) => {
    const { body, handedBack } = lend(bytesOf(2 * partSizeOf(subject) + 1))
    await exporter.write(key, body)
    assert.deepEqual(
      handedBack,
      handedBack.map(() => 1),
    )
  }),
  contractCase('lent chunks: a write does not look at them afterwards', [], async ({ exporter, key, subject }) => {
    const bytes = bytesOf(2 * partSizeOf(subject) + 1)
    await exporter.write(key, lend(bytes).body)
    await assertHolds(exporter, key, bytes)
  }),
  contractCase('lent chunks: a write keeps only so many', ['heldBytes'], async ({ exporter, key, subject }) => {
    const { heldBytes = 0 } = subject
    const { body, mostOutBytes } = lend(bytesOf(4 * heldBytes))
    await exporter.write(key, body)
    assert(mostOutBytes() <= heldBytes + chunkSizeBytes, `${mostOutBytes()} bytes were lent at once`)
  }),
  contractCase('lent chunks: a write that fails hands none back twice', [], async ({ exporter, key, subject }) => {
    const { body, handedBack } = lend(bytesOf(2 * partSizeOf(subject) + 1), () => {
      throw new Error('the body failed')
    })
    await rejection(exporter.write(key, body))
    assert(Math.max(...handedBack) <= 1, 'a chunk was handed back twice')
  }),
  contractCase('lent chunks: what a read gave keeps its bytes until it is handed back', [], async (place) => {
    const { exporter, key, subject } = place
    const bytes = bytesOf(2 * partSizeOf(subject) + 1)
    await exporter.write(key, whole(bytes))
    const chunks: Uint8Array[] = []
    for await (const chunk of exporter.read(key)) chunks.push(chunk)
    assertBytes(Buffer.concat(chunks), bytes, 'what was read and not handed back')
    for (const chunk of chunks as Partial<Disposable>[]) chunk[Symbol.dispose]?.()
    assertBytes(await read(exporter, key), bytes, 'what was read and handed back')
  }),
]
