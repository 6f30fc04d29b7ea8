import { expect, test } from 'vitest'
import { askForConfig } from '../../src/config/first-config.ts'

/** Answers in turn, and keeps what was said. */
async function answered(...answers: string[]) {
  const said: string[] = []
  const asked: string[] = []
  const text = await askForConfig({
    ask: async (question) => {
      asked.push(question)
      return answers.shift() ?? ''
    },
    say: (line) => said.push(line),
  })
  return { text, said, asked, left: answers }
}

test('with nothing but Enter it is a nightly backup of DATABASE_URL', async () => {
  const { text, said, asked } = await answered()
  expect(text).toBe(`import { defineConfig } from 'pgark'

export default defineConfig(({ env }) => ({
  databases: { main: env.DATABASE_URL },
  destinations: { backups: { url: './backups', retention: { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 } } },
  backups: { nightly: { database: 'main', to: 'backups', metadata: { type: 'nightly' } } },
}))
`)
  expect(said).toEqual([])
  expect(asked).toHaveLength(5)
})

test('what was answered stands in it; 0 is no rule', async () => {
  const { text } = await answered("host=db dbname='o\\'s'", ' s3://b/x/ ', '0', '0', '3')
  expect(text).toContain("defineConfig({\n  databases: { main: 'host=db dbname=\\'o\\\\\\'s\\'' },")
  expect(text).toContain("url: 's3://b/x/', retention: { keepMonthly: 3 } }")
  expect((await answered('SHOP', './b', '0', '0', '0')).text).toContain("backups: { url: './b' } }")
})

test('an answer that cannot be is asked for again; no password gets into the file', async () => {
  const { text, said, left } = await answered(
    ...['postgres://me:sesame@h/d', 'host=h password=sesame', 'not a name', 'postgres://me@h/d'],
    ...['postgres://h/d', 's3://key:sesame@b/', './b', 'many', '1', '-1', '1', '1'],
  )
  expect(text).not.toContain('sesame')
  expect(text).toContain("main: 'postgres://me@h/d'")
  expect(said).toHaveLength(7)
  expect(said.join('\n')).not.toContain('sesame')
  expect(left).toEqual([])
})
