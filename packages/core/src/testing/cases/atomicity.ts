import { bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import { assertBytes, assertHolds, assertUnreadable } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

/** Writes two parts and a half, and looks at the beginning, in the middle and at the end of the body, here and from elsewhere. */
async function looking({ exporter, open, key, subject }: Place, look: (at: Place['exporter']) => Promise<void>) {
  const bytes = bytesOf(Math.ceil(2.5 * partSizeOf(subject)), 2)
  const elsewhere = await open()
  const looks: Promise<void>[] = []
  const lookNow = async () => {
    looks.push(look(exporter), look(elsewhere))
    await Promise.allSettled(looks)
  }
  async function* body() {
    await lookNow()
    for await (const chunk of inChunks(bytes, Math.ceil(bytes.length / 3))) {
      yield chunk
      await lookNow()
    }
  }
  await exporter.write(key, body(), { overwrite: true })
  // What was seen counts, whatever the write made of it.
  await Promise.all(looks)
  await assertHolds(exporter, key, bytes)
}

export const atomicityCases: readonly ContractCase[] = [
  contractCase('atomicity: nothing is there before the write resolves', [], async (place) => {
    await looking(place, (exporter) => assertUnreadable(exporter, place.key))
  }),
  contractCase('atomicity: what is being replaced is there until the write resolves', [], async (place) => {
    const before = bytesOf(1000)
    await place.exporter.write(place.key, whole(before))
    await looking(place, (exporter) => assertHolds(exporter, place.key, before))
  }),
  contractCase('atomicity: a read that is overtaken by a write gives the old bytes or fails', [], async (place) => {
    const { exporter, key, open, subject } = place
    const before = bytesOf(8 * partSizeOf(subject))
    await exporter.write(key, inChunks(before, 65_536))
    const other = await open()
    const copies: Uint8Array[] = []
    const reading = async () => {
      for await (const chunk of exporter.read(key)) {
        copies.push(Uint8Array.from(chunk))
        if (copies.length > 1) continue
        await other.write(key, whole(bytesOf(8 * partSizeOf(subject), 2)), { overwrite: true })
      }
      return true
    }
    // Only a read that says it is complete can have told something wrong.
    if (await reading().catch(() => false)) assertBytes(Buffer.concat(copies), before, 'what was read')
  }),
]
