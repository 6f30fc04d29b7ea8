import { type ExporterUnderTest, splitContract } from '@pgark/core/testing'
import { startGcsEmulator } from '@pgark/test-servers'
import { afterAll, test } from 'vitest'
import { gcs } from '../src/gcs.ts'

const emulator = await startGcsEmulator({ pageSize: 100 })
afterAll(() => emulator.stop())

const partSizeBytes = 256 * 1024
let places = 0

function subject(): ExporterUnderTest {
  places += 1
  const bucket = `contract-${places}`
  emulator.createBucket(bucket)
  const open = () => gcs({ bucket, prefix: 'in/here', apiEndpoint: emulator.url, chunkSizeBytes: partSizeBytes })
  return {
    open,
    partSizeBytes,
    isCheapPerObject: true,
    unfinished: async () => emulator.openUploads().map(({ name }) => name),
  }
}

const { runs } = await splitContract(subject())
for (const { name, run } of runs) test(name, () => run(subject()))
