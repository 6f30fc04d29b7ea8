import { createHash, randomBytes } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { allOf, chunksOf, collect, everythingIn, tempFolder } from './temp-folder.ts'

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('file() gives back what was written', () => {
  const many = Array.from({ length: 300 }, (_, index) => randomBytes(1 + ((index * 7919) % 9000)))
  const large = Array.from({ length: 5 }, () => randomBytes(1024 * 1024))
  const bodies: [string, Uint8Array[]][] = [
    ['no chunk', []],
    ['an empty chunk', [new Uint8Array()]],
    ['one byte', [Buffer.from('x')]],
    ['many chunks', many],
    ['chunks larger than one read', large],
  ]
  for (const [name, chunks] of bodies) {
    test(name, async () => {
      const exporter = file(await tempFolder())
      const whole = Buffer.concat(chunks)
      expect(await exporter.write('a/b.bin', chunksOf(...chunks))).toEqual({ key: 'a/b.bin', sizeBytes: whole.length })
      expect(digest(await collect(exporter.read('a/b.bin')))).toBe(digest(whole))
      expect(await exporter.stat('a/b.bin')).toMatchObject({ key: 'a/b.bin', sizeBytes: whole.length })
    })
  }

  test('a chunk that its producer uses again has been written before', async () => {
    const exporter = file(await tempFolder())
    const buffer = Buffer.alloc(64 * 1024)
    async function* reused() {
      for (let round = 0; round < 20; round++) yield Buffer.from(buffer.fill(round))
    }
    await exporter.write('x', reused())
    const stored = await collect(exporter.read('x'))
    expect(stored.length).toBe(20 * buffer.length)
    for (let round = 0; round < 20; round++) expect(stored[round * buffer.length]).toBe(round)
  })
})

test('a range is half-open, may lack its end and may lie behind the last byte', async () => {
  const exporter = file(await tempFolder())
  await exporter.write('x', chunksOf('0123456789'))
  const range = async (start: number, end?: number) =>
    (await collect(exporter.read('x', { range: { start, ...(end !== undefined && { end }) } }))).toString()
  expect(await range(0, 1)).toBe('0')
  expect(await range(3, 7)).toBe('3456')
  expect(await range(7)).toBe('789')
  expect(await range(9, 100)).toBe('9')
  expect(await range(4, 4)).toBe('')
  expect(await range(10)).toBe('')
  expect(await range(50, 60)).toBe('')
})

test('files are for their owner alone, and so are the folders that are made for them', async () => {
  const folder = await tempFolder()
  await file(path.join(folder, 'new')).write('id/object', chunksOf('x'))
  const mode = async (name: string) => ((await stat(path.join(folder, name))).mode & 0o777).toString(8)
  expect(await mode('new')).toBe('700')
  expect(await mode('new/id')).toBe('700')
  expect(await mode('new/id/object')).toBe('600')
})

test('the bytes of a file are complete under its name, or not there: nothing is visible before', async () => {
  const folder = await tempFolder()
  const exporter = file(folder)
  async function* body() {
    yield Buffer.from('first')
    expect(await exporter.stat('x')).toBeUndefined()
    expect(await allOf(exporter.list(''))).toEqual([])
    // The unfinished bytes are in the same folder, so that the rename cannot cross file systems.
    expect(await everythingIn(folder)).toEqual([expect.stringMatching(/^\.x@.+\.pgark-partial$/)])
    yield Buffer.from('second')
  }
  await exporter.write('x', body())
  expect(await everythingIn(folder)).toEqual(['x'])
})

describe('what a location stands for', () => {
  const single = ['.sql', '.sql.gz', '.sql.zst', '.dump']
  for (const ending of single) {
    test(`a name that ends in ${ending} is one file`, async () => {
      const folder = await tempFolder()
      const exporter = file(path.join(folder, `shop${ending}`))
      expect(exporter.objectKey).toBe(`shop${ending}`)
      await exporter.write(`shop${ending}`, chunksOf('x'))
      expect(await everythingIn(folder)).toEqual([`shop${ending}`])
    })
  }

  test('an existing file is one file whatever its name, an existing folder a folder', async () => {
    const folder = await tempFolder()
    await file(path.join(folder, 'x.sql')).write('plain', chunksOf('x'))
    expect(file(path.join(folder, 'plain')).objectKey).toBe('plain')
    await mkdir(path.join(folder, 'folder.sql'))
    await expect(file(path.join(folder, 'folder.sql')).stat('folder.sql')).rejects.toMatchObject({
      code: 'DESTINATION.IS_FOLDER',
    })
    expect(file(path.join(folder, 'new')).objectKey).toBeUndefined()
  })

  test('a name that leaves no room for the temporary ending can be written', async () => {
    const folder = await tempFolder()
    const name = `${'数'.repeat(80)}.sql`
    await file(path.join(folder, name)).write(name, chunksOf('x'))
    expect(await everythingIn(folder)).toEqual([name])
  })

  test('it is no place without a name', () => {
    expect(() => file('')).toThrow(expect.objectContaining({ code: 'USAGE.OPTIONS' }))
  })
})

test('many objects written at once into a folder that is not there yet', async () => {
  const folder = path.join(await tempFolder(), 'backups')
  const to = file(folder)
  const keys = Array.from({ length: 50 }, (_, index) => `id/${index}.dat`)
  await Promise.all(keys.map((key) => to.write(key, chunksOf(key))))
  for (const key of keys) expect((await collect(to.read(key))).toString()).toBe(key)
  expect((await allOf(to.list('id/'))).length).toBe(50)
})
