import { expect, test } from 'vitest'
import { pinnedSettings, setLocal } from '../../src/snapshot/pinned-settings.ts'

test('everything is set for the transaction alone, each setting once', () => {
  const sql = setLocal(pinnedSettings(160_000, 1234))
  expect(sql.split('; ').every((statement) => /^SET LOCAL [a-z_]+ = '[^']*'$/.test(statement))).toBe(true)
  expect(sql).toContain("SET LOCAL lock_timeout = '1234'")
  expect(sql).toContain("SET LOCAL search_path = ''")
  expect(sql).toContain("SET LOCAL row_security = 'off'")
})

test('a timeout is only set where the server knows it', () => {
  expect(pinnedSettings(169_999, 1)).not.toHaveProperty('transaction_timeout')
  expect(pinnedSettings(170_000, 1)).toHaveProperty('transaction_timeout', '0')
})
