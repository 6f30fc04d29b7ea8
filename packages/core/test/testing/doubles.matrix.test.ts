import { describe, expect, test } from 'vitest'
import { splitContract } from '../../src/testing/index.ts'
import { tempFolder } from '../file/temp-folder.ts'
import { type Double, subjectOf } from './doubles/double.ts'
import { looking } from './doubles/looking.ts'
import { meetingFaults } from './doubles/meeting-faults.ts'
import { writing } from './doubles/writing.ts'

async function failedBy(double: Double): Promise<string[]> {
  const { runs } = await splitContract(subjectOf(double, 'unused'))
  const failed: string[] = []
  for (const { name, run } of runs) {
    try {
      await run(subjectOf(double, await tempFolder()))
    } catch {
      failed.push(name)
    }
  }
  return failed
}

test('the exporter that the doubles are made of keeps the contract', async () => {
  expect(await failedBy({ fails: [] })).toEqual([])
})

describe('an exporter fails exactly the cases that tell of its fault when it', () => {
  for (const [fault, double] of Object.entries({ ...writing, ...looking, ...meetingFaults })) {
    test(`${fault}`, async () => {
      const failed = await failedBy(double)
      expect(failed.filter((name) => !double.mayFail?.includes(name))).toEqual(double.fails)
    })
  }
})
