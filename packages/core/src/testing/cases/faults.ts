import assert from 'node:assert/strict'
import { isPgarkError } from '../../errors/pgark-error.ts'
import { bytesOf, inChunks, whole } from '../bodies.ts'
import { type ContractCase, contractCase, type Place } from '../contract-case.ts'
import type { OpenExporter } from '../exporter-under-test.ts'
import { assertAbsent, assertBytes, assertCode, assertHolds, listed, read, rejection } from '../look.ts'
import { partSizeOf } from '../sizes.ts'

const threeParts = ({ subject }: Place) => bytesOf(3 * partSizeOf(subject) - 1)

/** Runs the check for each kind of trouble, each beginning with nothing there. */
async function each(
  kinds: Readonly<Record<string, OpenExporter>> = {},
  place: Place,
  check: (open: OpenExporter) => Promise<void>,
) {
  for (const [kind, open] of Object.entries(kinds)) {
    try {
      await check(open)
    } catch (error) {
      throw new Error(`under the fault "${kind}": ${error instanceof Error ? error.message : error}`, { cause: error })
    }
    if (place.exporter.capabilities.remove) await place.exporter.remove([place.key])
  }
}

export const faultCases: readonly ContractCase[] = [
  contractCase('faults: wrong credentials are DESTINATION.CREDENTIALS', ['wrongCredentials'], async (place) => {
    const { exporter, key, subject, open } = place
    await exporter.write(key, whole(bytesOf(1000)))
    const stranger = await open(subject.faults?.wrongCredentials)
    const calls = [
      stranger.write(key, whole(bytesOf(10)), { overwrite: true }),
      read(stranger, key),
      stranger.stat(key),
      listed(stranger, ''),
    ]
    await Promise.allSettled(calls)
    for (const call of calls) await assertCode(call, 'DESTINATION.CREDENTIALS')
    await assertHolds(exporter, key, bytesOf(1000))
  }),
  contractCase('faults: no right to write is DESTINATION.DENIED or .PERMISSION', ['readOnly'], async (place) => {
    const { exporter, key, subject, open } = place
    const reader = await open(subject.faults?.readOnly)
    await assertCode(reader.write(key, whole(bytesOf(10))), 'DESTINATION.DENIED', 'DESTINATION.PERMISSION')
    await exporter.write(key, whole(bytesOf(1000)))
    await assertHolds(reader, key, bytesOf(1000))
  }),
  contractCase('faults: a missing place is DESTINATION.NO_BUCKET or .NOT_FOUND', ['missingPlace'], async (place) => {
    const nowhere = await place.open(place.subject.faults?.missingPlace)
    const codes = ['DESTINATION.NO_BUCKET', 'DESTINATION.NOT_FOUND']
    await assertCode(nowhere.write(place.key, whole(bytesOf(10))), ...codes)
    await assertCode(nowhere.write(place.key, inChunks(threeParts(place), 65_536)), ...codes)
  }),
  contractCase('faults: a probe fails as a write does', ['missingPlace', 'probe'], async ({ subject, open }) => {
    const nowhere = await open(subject.faults?.missingPlace)
    await assertCode(nowhere.probe?.() ?? Promise.resolve(), 'DESTINATION.NO_BUCKET', 'DESTINATION.NOT_FOUND')
  }),
  contractCase('faults: those that pass are got over by a write', ['passing'], async (place) => {
    await each(place.subject.faults?.passing, place, async (open) => {
      const exporter = await place.open(open)
      const { sizeBytes } = await exporter.write(place.key, inChunks(threeParts(place), 65_536), { overwrite: true })
      assert.equal(sizeBytes, threeParts(place).length)
      await assertHolds(place.exporter, place.key, threeParts(place))
    })
  }),
  contractCase('faults: those that pass are no other writer', ['passing', 'remove'], async (place) => {
    await each(place.subject.faults?.passing, place, async (open) => {
      const exporter = await place.open(open)
      // An answer that was lost must not make the exporter find its own object in the way.
      await exporter.write(place.key, inChunks(threeParts(place), 65_536))
      await assertHolds(place.exporter, place.key, threeParts(place))
    })
  }),
  contractCase('faults: those that pass are got over by a read', ['passing'], async (place) => {
    await place.exporter.write(place.key, whole(threeParts(place)))
    for (const open of Object.values(place.subject.faults?.passing ?? {})) {
      assertBytes(await read(await place.open(open), place.key), threeParts(place), 'what was read')
    }
  }),
  contractCase('faults: those that last make a write reject with a DESTINATION code', ['lasting'], async (place) => {
    await each(place.subject.faults?.lasting, place, async (open) => {
      const exporter = await place.open(open)
      const error = await rejection(exporter.write(place.key, inChunks(threeParts(place), 65_536)))
      assert(isPgarkError(error) && error.code.startsWith('DESTINATION.'), `Expected such a code, got: ${error}`)
    })
  }),
  contractCase('faults: those that last leave no object', ['lasting'], async (place) => {
    await each(place.subject.faults?.lasting, place, async (open) => {
      const exporter = await place.open(open)
      await exporter.write(place.key, inChunks(threeParts(place), 65_536)).catch(() => {})
      await assertAbsent(place.exporter, place.key)
    })
  }),
  contractCase('faults: those that last leave what was there before', ['lasting'], async (place) => {
    await place.exporter.write(place.key, whole(bytesOf(1000)))
    for (const open of Object.values(place.subject.faults?.lasting ?? {})) {
      const exporter = await place.open(open)
      await exporter.write(place.key, inChunks(threeParts(place), 65_536), { overwrite: true }).catch(() => {})
      await assertHolds(place.exporter, place.key, bytesOf(1000))
    }
  }),
  contractCase('faults: those that last leave nothing unfinished', ['lasting', 'unfinished'], async (place) => {
    await each(place.subject.faults?.lasting, place, async (open) => {
      const exporter = await place.open(open)
      await exporter.write(place.key, inChunks(threeParts(place), 65_536)).catch(() => {})
      assert.deepEqual(await place.subject.unfinished?.(), [])
    })
  }),
]
