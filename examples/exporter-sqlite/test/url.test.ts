import { expect, test } from 'vitest'
import { exporter } from '../src/index.ts'

test('a URL is the path of a file', async () => {
  for (const url of ['sqlite:///var/backups/all%20of%20it.db', 'sqlite:///var/backups/all%20of%20it.db/']) {
    expect((await exporter.open(url)).location).toBe('sqlite:///var/backups/all of it.db')
  }
})

test('what is wrong with a URL is told at once, all of it', () => {
  expect(() => exporter.open('sqlite://host?mode=ro')).toThrow(
    expect.objectContaining({ code: 'USAGE.OPTIONS', meta: { problems: [{}, {}, {}].map(() => expect.anything()) } }),
  )
})
