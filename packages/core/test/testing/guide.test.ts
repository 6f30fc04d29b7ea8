import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type ExporterUnderTest, splitContract } from '../../src/testing/index.ts'
import { memory, type Objects } from './memory-exporter.ts'

function subject(): ExporterUnderTest {
  const objects: Objects = new Map()
  return { open: () => memory(objects), isCheapPerObject: true }
}

const { runs } = await splitContract(subject())
for (const { name, run } of runs) test(`the exporter of the guide: ${name}`, () => run(subject()))

test('the guide shows this very exporter', async () => {
  const guide = await readFile(path.join(import.meta.dirname, '../../../../docs/write-an-exporter.md'), 'utf8')
  const source = await readFile(path.join(import.meta.dirname, 'memory-exporter.ts'), 'utf8')
  expect(guide).toContain(`\`\`\`ts\n${source}\`\`\`\n`)
})
