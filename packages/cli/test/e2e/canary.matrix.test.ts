import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestServer } from '@pgark/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backups } from './canary/backups.ts'
import { badCalls } from './canary/bad-calls.ts'
import { connections } from './canary/connections.ts'
import { restores } from './canary/restores.ts'
import { type Scenario, secrets } from './canary/scenario.ts'
import { openStage, sourceServer } from './canary/stage.ts'
import { pgark } from './support/run-pgark.ts'

// Whatever goes wrong: no value of a row and no password in anything that is told, kept, or to be seen from outside.
// A new fault that users can meet is a new entry in one of these tables.
const tables: Record<string, Scenario[]> = { connections, 'bad calls': badCalls, backups, restores }
const modes = [['--json'], ['--debug', '--verbose']]
const stackLine = /\n\s+at /

let server: TestServer
beforeAll(async () => {
  server = await sourceServer()
})
afterAll(() => server.stop())

for (const [table, scenarios] of Object.entries(tables)) {
  describe(table, () => {
    for (const scenario of scenarios) {
      test(scenario.name, async () => {
        for (const mode of modes) await play(scenario, mode)
      })
    }
  })
}

async function play(scenario: Scenario, mode: readonly string[]): Promise<void> {
  const { stage, close } = await openStage(server)
  try {
    const { args, meanwhile, ...options } = await scenario.prepare(stage)
    const titles: string[] = []
    let hasEnded = false
    const ending = pgark([...args, ...mode], { ...options, cwd: stage.cwd, titles }).finally(() => {
      hasEnded = true
    })
    const [run] = await Promise.all([ending, meanwhile?.(() => hasEnded)])
    const told = `${run.stdout}\n${run.stderr}`
    expect(told).toMatch(scenario.says)
    expect(run.code).toBe(scenario.exitCode)
    if (!mode.includes('--debug')) expect(told).not.toMatch(stackLine)
    // Proofs are read below, for what must not be in them.
    const files = (await readdir(stage.cwd)).filter((name) => !name.includes('.proof-'))
    expect(files.toSorted()).toEqual([...(scenario.leaves ?? [])].toSorted())
    const manifests = (await readdir(stage.cwd, { recursive: true }))
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFile(path.join(stage.cwd, name), 'utf8'))
    for (const text of [told, ...titles, ...(await Promise.all(manifests))]) {
      expect(text).not.toContain(secrets.row)
      expect(text).not.toContain(secrets.password)
    }
  } finally {
    await close()
  }
}

test('the process title is looked at while the command runs', async () => {
  const { stage, close } = await openStage(server)
  try {
    const titles: string[] = []
    await pgark(['backup', stage.url('shop'), '--to', 'a.sql', '--json'], { cwd: stage.cwd, titles })
    expect(titles).toEqual([
      expect.stringMatching(/^pgark backup postgres:\/\/app:\*\*\*@127\.0\.0\.1:\d+\/shop --to a\.sql/),
    ])
  } finally {
    await close()
  }
})
