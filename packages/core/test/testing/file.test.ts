import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { type ExporterUnderTest, splitContract } from '../../src/testing/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'

const subject = (folder: string, location: string): ExporterUnderTest => ({
  open: () => file(path.join(folder, location)),
  heldBytes: 2 * 1024 * 1024,
  isCheapPerObject: true,
  unfinished: async () => (await everythingIn(folder)).filter((name) => name.endsWith('.pgark-partial')),
  faults: { missingPlace: () => file(path.join(folder, 'missing', location)) },
})

describe.each(['backups', 'shop.sql.zst'])('file() keeps the exporter contract: %s', async (location) => {
  const { runs, notRun } = await splitContract(subject('unused', location))
  for (const { name, run } of runs) test(name, async () => run(subject(await tempFolder(), location)))

  test('what cannot be tried here', () => {
    expect(notRun).toEqual([])
  })
})
