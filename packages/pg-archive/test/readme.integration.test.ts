import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { archiveScript, compress, decompress, openArchive, readToc, writeCustom } from '../src/index.ts'
import { contentsOf } from './archives/read-contents.ts'
import { contents, dataOf, entries, header } from './archives/sample-archive.ts'
import { collect } from './bytes.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
const present = process.cwd()
let folder: string
const ran = new Set<string>()

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pgark-readme-'))
  const sample = writeCustom({ header: header(), entries }, dataOf(entries, contents))
  await pipeline(sample, createWriteStream(path.join(folder, 'shop.dump')))
  process.chdir(folder)
  const script = archiveScript(await openArchive('shop.dump'))
  await pipeline(compress(script, 'gzip'), createWriteStream('shop.sql.gz'))
})
afterAll(async () => {
  process.chdir(present)
  await rm(folder, { recursive: true })
})

/** Runs the example that has this text, beside `shop.dump` and `shop.sql.gz`; answers what it printed. */
async function run(part: string): Promise<string> {
  const [example, ...others] = examples.filter((code) => code.includes(part))
  if (example === undefined || others.length > 0) throw new Error(`Expected one example with ${part}`)
  ran.add(example)
  const file = path.join(folder, `example-${examples.indexOf(example)}.ts`)
  const source = new URL('../src/index.ts', import.meta.url).href
  await writeFile(file, example.replaceAll("'@pgark/pg-archive'", JSON.stringify(source)))
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(`${words.join(' ')}\n`))
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  try {
    await import(file)
    return printed.join('')
  } finally {
    log.mockRestore()
    write.mockRestore()
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

test('counts the rows of a dump', async () => {
  const rows = ['public.orders 3', 'public.nothing 0', 'public.customers 40']
  expect(await run('console.log(summary.object, copy.rows)')).toBe(`${rows.join('\n')}\n`)
})

test('prints the definitions of an archive', async () => {
  const printed = await run('new PlainSettings()')
  const statements = ['orders', 'nothing', 'customers', 'inserted'].map((name) => `CREATE TABLE ${name};`)
  const places = statements.map((statement) => printed.indexOf(statement))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(printed).not.toContain('COPY')
})

test('lists a table with what it needs', async () => {
  await run("writeFile('orders.list'")
  const lines = (await readFile('orders.list', 'utf8')).split('\n').filter((line) => !line.startsWith(';'))
  expect(lines).toEqual([
    expect.stringMatching(/^1; .* TABLE public orders/),
    expect.stringMatching(/^11; .* TABLE DATA/),
    '',
  ])
})

test('compresses a file otherwise', async () => {
  await run("createWriteStream('shop.sql.zst')")
  const content = await collect(decompress(createReadStream('shop.sql.zst'), 'zstd'))
  expect(content).toEqual(await collect(decompress(createReadStream('shop.sql.gz'), 'gzip')))
  expect(content.length).toBeGreaterThan(1000)
})

test('no example is left out', () => {
  expect(examples.filter((code) => !ran.has(code))).toEqual([])
})
