import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { rules } from '../../src/restore/older-server/rules.ts'

const document = path.join(import.meta.dirname, '../../../../docs/older-servers.md')

test.each([
  ['Refused', 'refused'],
  ['Rewritten', 'rewritten'],
])('docs/older-servers.md lists what is %s', async (title, kind) => {
  const [, section = ''] = (await readFile(document, 'utf8')).split(`## ${title}\n`)
  const [table = ''] = section.split('\n## ')
  const rows = table.split('\n').filter((line) => /^\|.*\| \d\d +\|/.test(line))
  const cells = rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  const expected = rules
    .filter((rule) => rule.kind === kind)
    .map((rule) => [rule.feature, String(rule.since), rule.kind === 'refused' ? rule.remedy : rule.lost])
  expect(cells).toEqual(expected)
  if (kind === 'refused') for (const [feature] of expected) expect(feature).toMatch(/^[ -~]+$/)
})
