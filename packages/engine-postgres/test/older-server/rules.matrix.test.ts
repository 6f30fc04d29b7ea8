import { file, type RestoreOptions, type RunEvent, restore } from '@pgark/core'
import { type Major, startServer, type TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rules } from '../../src/restore/older-server/rules.ts'
import { rejection } from '../restore/target.ts'
import { databaseWith, engineFor, prepare } from '../snapshot/run-backup.ts'
import { cases } from './cases.ts'

const majors = [13, 14, 15, 16, 17, 18] as const
const servers = new Map<Major, TestServer>()
const on = (major: number) => servers.get(major as Major) as TestServer
beforeAll(async () => {
  for (const major of majors) servers.set(major, await startServer(major, { settings: { wal_level: 'logical' } }))
})
afterAll(async () => {
  for (const server of servers.values()) await server.stop()
})

test('there is a case for each rule', () => {
  expect(Object.keys(cases).sort()).toEqual(rules.map(({ feature }) => feature).sort())
})

/** A backup of a database with that content. */
async function stored(major: number, sql: string, format: string): Promise<string> {
  const { start, location } = await prepare(on(major), await databaseWith(on(major), sql), { format })
  await start()
  return location
}

/** Restores it into a new database of a server of that version, with what is told. */
async function restoring(major: number, from: string) {
  const target = await databaseWith(on(major), 'SELECT 1')
  const warnings: (RunEvent & { type: 'warning' })[] = []
  const into = (options: Partial<RestoreOptions> = {}) =>
    restore({
      engine: engineFor(on(major), target),
      from: file(from),
      onEvent: (event) => event.type === 'warning' && warnings.push(event),
      ...options,
    })
  const ask = async (sql: string) => (await on(major).query(sql, target)).rows
  return { into, warnings, ask }
}

/** What a message lists behind its last colon. */
const listedIn = (message: string) => message.replace(/\.$/, '').split(': ').at(-1)?.split(', ').sort()

describe.each(rules.map((rule) => ({ ...rule, ...cases[rule.feature] })))('$feature', (rule) => {
  const { feature, since, dumpedSince = since, kind, sql = '', objects = [], instead } = rule
  const isOfIt = ({ message }: { message: string }) => message.startsWith(feature)

  if (kind === 'refused') {
    test.each([
      [since, 13, 'custom'],
      [since, since - 1, 'plain'],
      [18, since - 1, 'custom'],
    ])('of %i is refused by %i, before the first statement (%s)', async (from, to, format) => {
      const { into, ask } = await restoring(to, await stored(from, sql, format))
      for (const options of [{}, { dryRun: true }, { singleTransaction: true }]) {
        const error = (await rejection(into(options))) as Error
        expect(error).toMatchObject({ code: 'REFUSED.OLDER_SERVER', hint: expect.stringContaining(rule.remedy) })
        const line = error.message.split('\n').find((message) => isOfIt({ message })) ?? ''
        expect(listedIn(line)).toEqual(objects)
      }
      expect(await ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([])
    })
    return
  }

  test.each([
    [dumpedSince, 13, {}],
    [18, since - 1, { singleTransaction: true }],
  ])('of %i is said otherwise for %i', async (from, to, options) => {
    const { into, warnings, ask } = await restoring(to, await stored(from, sql, 'custom'))
    expect((await into(options)).findings).toEqual([])
    const told = warnings.filter(({ code }) => code === 'RESTORE.REWRITTEN').filter(isOfIt)
    expect(told).toHaveLength(1)
    expect(listedIn(told[0]?.message ?? '')).toEqual(objects)
    if (instead) expect(await ask(instead.sql)).toEqual([{ answer: instead.answer }])
  })

  test('of a plain dump too; and nothing is on a server that has it', async () => {
    const from = await stored(dumpedSince, sql, 'plain')
    const older = await restoring(13, from)
    expect((await older.into()).findings).toEqual([])
    expect(older.warnings.filter(isOfIt).length).toBeGreaterThan(0)
    if (instead) expect(await older.ask(instead.sql)).toEqual([{ answer: instead.answer }])
    const same = await restoring(dumpedSince, from)
    await same.into()
    expect(same.warnings).toEqual([])
  })
})
