import assert from 'node:assert/strict'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { heldMemoryBytes } from '../held-memory.ts'
import { assertAbsent, rejection } from '../look.ts'

const chunkSizeBytes = 64 * 1024

export const backpressureCases: readonly ContractCase[] = [
  contractCase('backpressure: of a body without an end only so much is held', ['heldBytes'], async (place) => {
    const { exporter, key, subject } = place
    const { heldBytes = 0 } = subject
    const controller = new AbortController()
    const before = heldMemoryBytes()
    let mostHeldBytes = 0
    async function* body() {
      for (let given = 0; ; given += chunkSizeBytes) {
        if (given >= 4 * heldBytes) controller.abort(new Error('enough'))
        if (given % (heldBytes / 4) < chunkSizeBytes) {
          mostHeldBytes = Math.max(mostHeldBytes, heldMemoryBytes() - before)
        }
        yield new Uint8Array(chunkSizeBytes)
      }
    }
    await rejection(exporter.write(key, body(), { signal: controller.signal }))
    assert(mostHeldBytes <= heldBytes, `${mostHeldBytes} bytes were held, ${heldBytes} allowed`)
    await assertAbsent(exporter, key)
  }),
]
