import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { type ExporterUnderTest, splitContract } from '../../src/testing/index.ts'
import { everythingIn, tempFolder } from '../file/temp-folder.ts'

function subject(folder: string, name: string): ExporterUnderTest {
  const location = path.join(folder, name)
  return {
    open: () => file(location),
    heldBytes: 2 * 1024 * 1024,
    isCheapPerObject: true,
    unfinished: async () => (await everythingIn(folder)).filter((each) => each.endsWith('.pgark-partial')),
    module: new URL(`./open-file.child.ts?location=${encodeURIComponent(location)}`, import.meta.url),
    faults: { missingPlace: () => file(path.join(folder, 'missing', name)) },
  }
}

// A folder asks for no credentials, and its faults are the kernel's: those that can be brought about stand in test/file.
const faults = ['lasting', 'passing', 'readOnly', 'wrongCredentials']

describe.each([
  ['a folder', 'backups', faults],
  ['one file', 'shop.sql.zst', ['manyKeys', ...faults]],
])('file() keeps the exporter contract as %s', async (_, name, missing) => {
  const { runs, notRun } = await splitContract(subject('unused', name))
  for (const each of runs) test(each.name, async () => each.run(subject(await tempFolder(), name)))

  test('all of it but what needs something else than files', () => {
    expect(new Set(notRun.flatMap((each) => each.missing))).toEqual(new Set(missing))
  })
})
