import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { file } from '../../src/index.ts'
import { chunksOf, everythingIn, tempFolder } from './temp-folder.ts'

async function* failing(error: unknown, chunks = 3): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < chunks; i++) yield Buffer.alloc(100_000)
  throw error
}

describe('a write that fails leaves nothing', () => {
  const errors = [
    new Error('the body failed'),
    // What a lost connection looks like: it is not the file system that failed.
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read', errno: -104 }),
  ]
  for (const error of errors) {
    for (const chunks of [0, 3]) {
      test(`its body throws "${error.message}" after ${chunks} chunks: that very error`, async () => {
        const folder = await tempFolder()
        await expect(file(folder).write('x', failing(error, chunks))).rejects.toBe(error)
        expect(await everythingIn(folder)).toEqual([])
      })
    }
  }

  test('nor does it touch what was there', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x'), 'before')
    await expect(file(folder).write('x', failing(new Error('no')), { overwrite: true })).rejects.toThrow('no')
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('before')
    expect(await everythingIn(folder)).toEqual(['x'])
  })
})

describe('a write that is aborted rejects with the reason and leaves nothing', () => {
  test('before it began', async () => {
    const folder = await tempFolder()
    const reason = new Error('enough')
    const write = file(folder).write('x', chunksOf('1', '2'), { signal: AbortSignal.abort(reason) })
    await expect(write).rejects.toBe(reason)
    expect(await everythingIn(folder)).toEqual([])
  })

  test('between two chunks', async () => {
    const folder = await tempFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    async function* body() {
      yield Buffer.from('1')
      controller.abort(reason)
      yield Buffer.from('2')
    }
    await expect(file(folder).write('x', body(), { signal: controller.signal })).rejects.toBe(reason)
    expect(await everythingIn(folder)).toEqual([])
  })

  test('when the body had ended already', async () => {
    const folder = await tempFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    async function* body() {
      yield Buffer.from('1')
      controller.abort(reason)
    }
    await expect(file(folder).write('x', body(), { signal: controller.signal })).rejects.toBe(reason)
    expect(await everythingIn(folder)).toEqual([])
  })

  test('while the body has nothing to give', async () => {
    const folder = await tempFolder()
    const controller = new AbortController()
    const reason = new Error('enough')
    async function* body() {
      yield Buffer.from('1')
      queueMicrotask(() => controller.abort(reason))
      await new Promise(() => {})
    }
    await expect(file(folder).write('x', body(), { signal: controller.signal })).rejects.toBe(reason)
    expect(await everythingIn(folder)).toEqual([])
  })
})

describe('a name that is taken', () => {
  test('is refused before the body is asked for anything', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x'), 'before')
    let asked = 0
    async function* body() {
      asked += 1
      yield Buffer.from('new')
    }
    await expect(file(folder).write('x', body())).rejects.toMatchObject({
      code: 'REFUSED.EXISTS',
      message: `${path.join(folder, 'x')} is already there.`,
    })
    expect(asked).toBe(0)
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('before')
  })

  test('is replaced with overwrite', async () => {
    const folder = await tempFolder()
    await writeFile(path.join(folder, 'x'), 'before')
    await file(folder).write('x', chunksOf('new'), { overwrite: true })
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('new')
  })

  test('is refused as well when somebody takes it while the body is written', async () => {
    const folder = await tempFolder()
    async function* body() {
      yield Buffer.from('ours')
      await writeFile(path.join(folder, 'x'), 'theirs')
    }
    await expect(file(folder).write('x', body())).rejects.toMatchObject({ code: 'REFUSED.EXISTS' })
    expect(await readFile(path.join(folder, 'x'), 'utf8')).toBe('theirs')
    expect(await everythingIn(folder)).toEqual(['x'])
  })

  test('goes to one of two that write at once', async () => {
    const folder = await tempFolder()
    const exporter = file(folder)
    const outcomes = await Promise.allSettled([
      exporter.write('x', chunksOf('first')),
      exporter.write('x', chunksOf('second')),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'REFUSED.EXISTS' } })
    expect(['first', 'second']).toContain(await readFile(path.join(folder, 'x'), 'utf8'))
  })
})
