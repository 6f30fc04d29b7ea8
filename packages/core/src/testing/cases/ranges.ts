import { bytesOf, inChunks } from '../bodies.ts'
import { type ContractCase, contractCase } from '../contract-case.ts'
import { assertBytes, assertCode, read } from '../look.ts'

const sizeBytes = 300_000
const ranges: readonly [string, { start: number; end?: number }][] = [
  ['from the first byte', { start: 0, end: 1 }],
  ['from the middle, its end left out', { start: 100_000, end: 200_001 }],
  ['without an end, to the last byte', { start: 299_990 }],
  ['whose end lies behind the last byte', { start: 299_999, end: 1_000_000 }],
  ['of no bytes is empty', { start: 1000, end: 1000 }],
  ['that begins behind the last byte is empty', { start: sizeBytes }],
  ['that lies far behind the last byte is empty', { start: 2 * sizeBytes, end: 3 * sizeBytes }],
]

export const rangeCases: readonly ContractCase[] = [
  ...ranges.map(([what, range]) =>
    contractCase(`range: ${what}`, ['range'], async ({ exporter, key }) => {
      const bytes = bytesOf(sizeBytes)
      await exporter.write(key, inChunks(bytes, 65_536))
      assertBytes(await read(exporter, key, { range }), bytes.subarray(range.start, range.end), 'the range')
    }),
  ),
  contractCase('range: of an empty object is empty', ['range'], async ({ exporter, key }) => {
    await exporter.write(key, inChunks(bytesOf(0), 1))
    assertBytes(await read(exporter, key, { range: { start: 0, end: 10 } }), bytesOf(0), 'the range')
  }),
  contractCase(
    'range: of an object that is not there is DESTINATION.NOT_FOUND',
    ['range'],
    async ({ exporter, key }) => {
      await assertCode(read(exporter, key, { range: { start: 0, end: 10 } }), 'DESTINATION.NOT_FOUND')
    },
  ),
]
