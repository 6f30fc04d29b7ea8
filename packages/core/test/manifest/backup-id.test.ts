import { describe, expect, test } from 'vitest'
import { backupId } from '../../src/manifest/backup-id.ts'

const at = new Date('2026-11-20T10:20:30.456Z')
const nameOf = (name: string) => backupId(name, at).replace(/-20261120T102030Z-[0-9a-f]{4}$/, '')

test('an id is the name, the time in UTC to the second, and four random hex digits', () => {
  expect(backupId('shop', at)).toMatch(/^shop-20261120T102030Z-[0-9a-f]{4}$/)
  expect(new Set(Array.from({ length: 50 }, () => backupId('shop', at))).size).toBeGreaterThan(40)
})

describe('a name is one segment of a path on every destination', () => {
  const names: [string, string][] = [
    ['shop', 'shop'],
    ['Shop_2-x.y', 'Shop_2-x.y'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E%2E'],
    ['.hidden', '%2Ehidden'],
    ['a b', 'a%20b'],
    ['100%', '100%25'],
    ["it's (*)!~", 'it%27s%20%28%2A%29%21%7E'],
    ['C:\\x', 'C%3A%5Cx'],
    ['müller', 'm%C3%BCller'],
    ['😀', '%F0%9F%98%80'],
    ['a\nb\0', 'a%0Ab%00'],
  ]
  for (const [name, encoded] of names) {
    test(JSON.stringify(name), () => {
      expect(nameOf(name)).toBe(encoded)
      expect(decodeURIComponent(encoded)).toBe(name)
      expect(encoded).toMatch(/^[A-Za-z0-9%_-][A-Za-z0-9%._-]*$/)
    })
  }
})
