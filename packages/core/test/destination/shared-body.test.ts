import { describe, expect, test } from 'vitest'
import { shareBody } from '../../src/destination/shared-body.ts'
import { chunksOf, collect } from '../file/temp-folder.ts'

const sorry = new Error('sorry')
const text = (next: IteratorResult<Uint8Array>) => (next.done ? undefined : Buffer.from(next.value).toString())

/** A body whose chunks are given when the test says so. */
function heldBody() {
  const asked: PromiseWithResolvers<IteratorResult<Uint8Array>>[] = []
  let returned = 0
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next() {
      asked.push(Promise.withResolvers())
      return (asked.at(-1) as (typeof asked)[number]).promise
    },
    async return() {
      returned += 1
      return { value: undefined, done: true }
    },
  }
  return {
    body,
    asked,
    give: (chunk: Uint8Array | string) => asked.at(-1)?.resolve({ value: Buffer.from(chunk), done: false }),
    returned: () => returned,
  }
}

/** A chunk that was lent, and how often it was handed back. */
function lent() {
  let times = 0
  const chunk = Object.assign(Buffer.from('lent'), {
    [Symbol.dispose]() {
      times += 1
    },
  })
  return { chunk, times: () => times }
}
const handBack = (next: IteratorResult<Uint8Array>) => (next.value as Partial<Disposable>)[Symbol.dispose]?.()

test('every reader gets every byte', async () => {
  const join = shareBody(chunksOf('a', 'bc', 'd'), 3)
  const read = await Promise.all([join(), join(), join()].map(collect))
  expect(read.map(String)).toEqual(['abcd', 'abcd', 'abcd'])
})

describe('the slowest sets the pace', () => {
  test('a chunk is asked for when all have asked', async () => {
    const { body, asked, give } = heldBody()
    const join = shareBody(body, 2)
    const [fast, slow] = [join(), join()]
    const first = [fast.next()]
    expect(asked).toHaveLength(0)
    first.push(slow.next())
    expect(asked).toHaveLength(1)
    give('a')
    expect((await Promise.all(first)).map(text)).toEqual(['a', 'a'])
    const second = [fast.next()]
    expect(asked).toHaveLength(1)
    second.push(slow.next())
    expect(asked).toHaveLength(2)
    give('b')
    expect((await Promise.all(second)).map(text)).toEqual(['b', 'b'])
  })

  test('nothing is asked for before all are there', async () => {
    const { body, asked } = heldBody()
    const join = shareBody(body, 2)
    const early = join()
    const next = early.next()
    expect(asked).toHaveLength(0)
    await early.return()
    expect(await next).toMatchObject({ done: true })
    const late = join()
    void late.next()
    expect(asked).toHaveLength(1)
  })
})

describe('who leaves', () => {
  test('holds up nobody who waits', async () => {
    const { body, asked, give } = heldBody()
    const join = shareBody(body, 2)
    const [stays, leaves] = [join(), join()]
    const next = stays.next()
    await leaves.return()
    expect(asked).toHaveLength(1)
    give('a')
    expect(text(await next)).toBe('a')
    expect(await leaves.next()).toMatchObject({ done: true })
  })

  test('while a chunk is on its way does not get it', async () => {
    const { body, give } = heldBody()
    const join = shareBody(body, 2)
    const [stays, leaves] = [join(), join()]
    const nexts = [stays.next(), leaves.next()]
    await leaves.return()
    give('a')
    expect((await Promise.all(nexts)).map(text)).toEqual(['a', undefined])
  })

  test('ends the body when it is the last, once', async () => {
    const { body, returned } = heldBody()
    const join = shareBody(body, 2)
    const [first, last] = [join(), join()]
    await first.return()
    expect(returned()).toBe(0)
    await last.return()
    await last.return()
    expect(returned()).toBe(1)
  })

  test('does not wait for a body that has nothing to give', async () => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield await new Promise<Uint8Array>(() => {})
    }
    const reader = shareBody(stuck(), 1)()
    const next = reader.next()
    await reader.return()
    expect(await next).toMatchObject({ done: true })
  })
})

test('what the body throws, all of them get, after what came before', async () => {
  async function* failing() {
    yield Buffer.from('a')
    throw sorry
  }
  const join = shareBody(failing(), 2)
  const readers = [join(), join()]
  expect((await Promise.all(readers.map((reader) => reader.next()))).map(text)).toEqual(['a', 'a'])
  const failed = await Promise.allSettled(readers.map((reader) => reader.next()))
  expect(failed).toMatchObject([{ reason: sorry }, { reason: sorry }])
})

describe('a chunk that was lent', () => {
  test('goes back once, when all have handed it back', async () => {
    const { chunk, times } = lent()
    const join = shareBody(chunksOf(chunk), 2)
    const [one, other] = [join(), join()]
    const [first, second] = await Promise.all([one.next(), other.next()])
    handBack(first)
    handBack(first)
    expect(times()).toBe(0)
    handBack(second)
    expect(times()).toBe(1)
    handBack(second)
    expect(times()).toBe(1)
  })

  test('never goes back where one left with it, which may still be sending it', async () => {
    const { chunk, times } = lent()
    const join = shareBody(chunksOf(chunk), 2)
    const [one, other] = [join(), join()]
    const [first] = await Promise.all([one.next(), other.next()])
    await other.return()
    handBack(first)
    expect(times()).toBe(0)
  })

  test('goes back from whoever is left', async () => {
    const { chunk, times } = lent()
    const join = shareBody(chunksOf(chunk), 2)
    const [one, other] = [join(), join()]
    await other.return()
    handBack(await one.next())
    expect(times()).toBe(1)
  })
})
