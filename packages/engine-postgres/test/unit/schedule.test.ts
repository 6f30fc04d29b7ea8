import { describe, expect, test } from 'vitest'
import { Schedule, type Step } from '../../src/restore/parallel/schedule.ts'

const step = (id: number, more: Partial<Step<string>> = {}): Step<string> => ({
  id,
  after: [],
  locks: [],
  reads: [],
  weight: 0,
  work: `${id}`,
  ...more,
})
/** What can begin now. */
const taken = (schedule: Schedule<string>) => {
  const steps: Step<string>[] = []
  for (let next = schedule.take(); next; next = schedule.take()) steps.push(next)
  return steps
}
const ids = (steps: readonly Step<string>[]) => steps.map(({ id }) => id)

describe('a schedule', () => {
  test('begins with the heaviest, and keeps the order of equals', () => {
    const schedule = new Schedule([step(1), step(2, { weight: 5 }), step(3), step(4, { weight: 9 })])
    expect(ids(taken(schedule))).toEqual([4, 2, 1, 3])
    expect(schedule.isEmpty).toBe(true)
  })

  test('lets a step begin when all before it are done, ids that are not there aside', () => {
    const schedule = new Schedule([step(1), step(2), step(3, { after: [1, 2, 99] })])
    expect(schedule.canBegin).toBe(true)
    const [one, two] = taken(schedule) as [Step<string>, Step<string>]
    schedule.done(one)
    expect(schedule.canBegin).toBe(false)
    expect(taken(schedule)).toEqual([])
    expect(schedule.isEmpty).toBe(false)
    schedule.done(two)
    expect(ids(taken(schedule))).toEqual([3])
  })

  test('lets a step begin when all of a group are done; a group of none holds up nothing', () => {
    const late = step(3, { after: [0] })
    const schedule = new Schedule([step(1, { group: 0 }), step(2, { group: 0 }), late])
    const [one, two] = taken(schedule) as [Step<string>, Step<string>]
    schedule.done(one)
    expect(taken(schedule)).toEqual([])
    schedule.done(two)
    expect(ids(taken(schedule))).toEqual([3])
    expect(ids(taken(new Schedule([late])))).toEqual([3])
  })

  test('runs nothing beside what locks the same table, and indexes beside each other', () => {
    const index = { reads: [7] }
    const key = { reads: [7], locks: [7] }
    const schedule = new Schedule([step(1, index), step(2, key), step(3, index), step(4, key)])
    const indexes = taken(schedule)
    expect(ids(indexes)).toEqual([1, 3])
    schedule.done(indexes[0] as Step<string>)
    expect(taken(schedule)).toEqual([])
    schedule.done(indexes[1] as Step<string>)
    const [first] = taken(schedule) as [Step<string>]
    expect(first.id).toBe(2)
    schedule.done(first)
    expect(ids(taken(schedule))).toEqual([4])
  })

  test('goes on where steps would rather wait for each other', () => {
    const schedule = new Schedule([
      step(1, { prefersAfter: [2] }),
      step(2, { prefersAfter: [1] }),
      step(3, { prefersAfter: [2] }),
    ])
    const order: number[] = []
    for (let next = schedule.take(); next; next = schedule.take()) {
      order.push(next.id)
      schedule.done(next)
    }
    expect(order).toEqual([1, 2, 3])
  })
})
