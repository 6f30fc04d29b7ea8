import { expect, test } from 'vitest'
import { atOnce } from '../../src/catalogue/at-once.ts'

const items = Array.from({ length: 30 }, (_, index) => index)

test('answers come in the order of the items, of which a few are worked on at a time', async () => {
  let running = 0
  let most = 0
  const answers = await atOnce(items, async (item) => {
    running += 1
    most = Math.max(most, running)
    // Later ones end first.
    for (let turns = 30 - item; turns > 0; turns--) await null
    running -= 1
    return item * 2
  })
  expect(answers).toEqual(items.map((item) => item * 2))
  expect(most).toBe(8)
})

test('after a failure nothing more begins, and what had begun has ended when it is told', async () => {
  const begun: number[] = []
  const ended: number[] = []
  const failure = new Error('the third')
  const work = async (item: number) => {
    begun.push(item)
    if (item === 2) throw failure
    for (let turns = 50; turns > 0; turns--) await null
    ended.push(item)
  }
  await expect(atOnce(items, work)).rejects.toBe(failure)
  expect(begun).toEqual(items.slice(0, 8))
  expect(ended).toEqual(begun.filter((item) => item !== 2))
})

test('of nothing there is nothing', async () => expect(await atOnce([], async () => 1)).toEqual([]))
