import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type ExporterUnderTest, splitContract } from '@pgark/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqlite } from '../src/index.ts'

let folder = 'unused'
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'exporter-sqlite-'))
})
afterEach(() => rm(folder, { recursive: true }))

function subject(): ExporterUnderTest {
  const file = path.join(folder, 'backups.db')
  return {
    open: () => sqlite(file),
    heldBytes: 1024 * 1024,
    isCheapPerObject: true,
    async unfinished() {
      const database = new DatabaseSync(file)
      const uploads = database.prepare('SELECT upload FROM piece EXCEPT SELECT upload FROM object').all()
      database.close()
      return uploads.map(({ upload }) => String(upload))
    },
    faults: { missingPlace: () => sqlite(path.join(folder, 'missing', 'backups.db')) },
  }
}

const { runs, notRun } = await splitContract(subject())
for (const { name, run } of runs) test(name, () => run(subject()))

test('what is not tried: there is no server that could fail or ask who calls, no probe, and nothing to sweep', () => {
  const missing = notRun.flatMap((each) => each.missing)
  expect(new Set(missing)).toEqual(
    new Set(['lasting', 'module', 'passing', 'probe', 'readOnly', 'removeStrays', 'wrongCredentials']),
  )
})
