import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openArchive, readToc, writeCustom } from '../src/index.ts'
import { contentsOf } from './archives/read-contents.ts'
import { contents, dataOf, entries, header } from './archives/sample-archive.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
const present = process.cwd()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-readme-'))
  const sample = writeCustom({ header: header(), entries }, dataOf(entries, contents))
  await pipeline(sample, createWriteStream(path.join(folder, 'shop.dump')))
  process.chdir(folder)
})
afterAll(async () => {
  process.chdir(present)
  await rm(folder, { recursive: true })
})

/** Runs the example that has this text, beside `shop.dump`; answers what it printed. */
async function run(part: string): Promise<string> {
  const [example, ...others] = examples.filter((code) => code.includes(part))
  if (example === undefined || others.length > 0) throw new Error(`Expected one example with ${part}`)
  const file = path.join(folder, `example-${examples.indexOf(example)}.ts`)
  const source = new URL('../src/index.ts', import.meta.url).href
  await writeFile(file, example.replaceAll("'@pgark/pg-archive'", JSON.stringify(source)))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    await import(file)
    return log.mock.calls.map((words) => words.join(' ')).join('\n')
  } finally {
    log.mockRestore()
  }
}

test('lists an archive', async () => {
  const printed = await run('toList(archive)')
  expect(printed).toContain('custom shop 17.5')
  expect(printed).toContain('TABLE DATA public orders has data')
  expect(printed).toContain('; Archive created at')
})

test('takes the rows of one table', async () => {
  await run("createWriteStream('orders.copy')")
  expect(await readFile('orders.copy')).toEqual(contents.get(11))
})

test('leaves out the rows of one table', async () => {
  await run("createWriteStream('smaller.dump')")
  expect(readToc(await readFile('smaller.dump')).header.compression.algorithm).toBe('gzip')
  const { 11: _, ...others } = Object.fromEntries(contents)
  expect(Object.fromEntries(await contentsOf(await openArchive('smaller.dump')))).toEqual(others)
})
